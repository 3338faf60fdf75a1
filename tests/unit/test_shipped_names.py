"""Every name of a shipped path and every source of a rate of the field is told in English, too."""

import json
from pathlib import Path

from weloop.analytics.api import load_benchmarks
from weloop.paths.templates import load_templates

WORDS = Path(__file__).parents[2] / "web" / "src" / "i18n" / "en-US" / "shipped.json"


def test_every_shipped_name_has_english() -> None:
    templates = load_templates().values()
    names = {text for template in templates for text in (template.name, template.text)}
    names |= {stage.name for template in templates for stage in template.definition.stages}
    hops = [hop for template in templates for hop in template.definition.hops]
    names |= {text for hop in hops for text in (hop.mechanism, hop.owner)}
    names |= {source for _, source in load_benchmarks().values()}
    assert set(json.loads(WORDS.read_text())) == names
