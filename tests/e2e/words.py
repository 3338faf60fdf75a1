"""The console's words as its users read them, from the files that the console is built from."""

import json
import re
from pathlib import Path
from typing import Literal, TypeAlias

FOLDER = Path(__file__).parents[2] / "web" / "src" / "i18n"
Locale: TypeAlias = Literal["zh-CN", "en-US"]
LOCALES: tuple[Locale, ...] = ("zh-CN", "en-US")
LOCALE_NAMES: dict[Locale, str] = {"zh-CN": "简体中文", "en-US": "English"}
NAMESPACES = tuple(sorted(path.stem for path in (FOLDER / "zh-CN").glob("*.json")))


class Words:
    """All words of one language; ``words("sources.new")`` is the label of a button."""

    def __init__(self, locale: Locale) -> None:
        self.locale = locale
        self._all = {path.stem: json.loads(path.read_text()) for path in (FOLDER / locale).glob("*.json")}

    def __call__(self, key: str, **values: object) -> str:
        """The text under ``key`` with its gaps filled. Raises KeyError for a key that does not exist."""
        found = self._find(key)
        return re.sub(r"{{(\w+)}}", lambda gap: str(values[gap[1]]), found)

    def _find(self, key: str) -> str:
        here = self._all
        for part in key.split("."):
            here = here[part]
        assert isinstance(here, str), key
        return here
