"""Every name of a shipped path or journey and every source of a rate of the field is told in English, too."""

import json
from pathlib import Path

from weloop.analytics.api import load_benchmarks
from weloop.journeys.templates import load_templates as load_journey_templates
from weloop.paths.templates import load_templates

WORDS = Path(__file__).parents[2] / "web" / "src" / "i18n" / "en-US" / "shipped.json"


def test_every_shipped_name_has_english() -> None:
    templates = load_templates().values()
    names = {text for template in templates for text in (template.name, template.text)}
    names |= {stage.name for template in templates for stage in template.definition.stages}
    hops = [hop for template in templates for hop in template.definition.hops]
    names |= {text for hop in hops for text in (hop.mechanism, hop.owner)}
    names |= {source for _, source in load_benchmarks().values()}
    journeys = load_journey_templates().values()
    names |= {text for template in journeys for text in (template.name, template.text)}
    names |= {text for template in journeys for each in template.parameters for text in (each.name, each.value) if text}
    assert set(json.loads(WORDS.read_text())) == names
