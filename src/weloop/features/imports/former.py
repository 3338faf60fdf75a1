"""What a file tells of former times: when somebody came, from where, how far they got, what they bought and when."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources

ENDS = frozenset({"won", "lost"})
EARLIEST = date(1990, 1, 1)


@dataclass(frozen=True, slots=True)
class Former:
    """Empty where the file does not tell it. Days are ``2026-03-05``; ``amount`` is yuan with two decimals."""

    source: str = ""
    entered_on: str = ""
    reached: str = ""
    amount: str = ""
    won_on: str = ""

    @property
    def is_over(self) -> bool:
        """Whether nobody needs to work it any more."""
        return self.reached in ENDS

    def told(self) -> dict[str, str]:
        """What is told of it."""
        return {name: value for name, value in asdict(self).items() if value}


def make_former(source: str, entered_on: str, reached: str, amount: str, won_on: str) -> Former:
    """Who bought on a day has won, whatever the file leaves out."""
    return Former(source, entered_on, reached or ("won" if won_on else ""), amount, won_on)


def contradiction(former: Former) -> str:
    """Why it cannot be so; empty when it can."""
    if former.won_on and former.reached != "won":
        return "won_not_won"
    return "won_before_entered" if former.entered_on and "" < former.won_on < former.entered_on else ""


_DAY = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")


def read_day(text: str) -> str:
    """``2026-03-05``; empty for what is no day, or one before 1990."""
    plain = unicodedata.normalize("NFKC", text).strip()
    found = _DAY.fullmatch(plain) or _COMPACT.fullmatch(plain)
    if found is None:
        return ""
    try:
        day = date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return ""
    return day.isoformat() if day >= EARLIEST else ""


_AMOUNT = re.compile(r"(?:¥|￥|CNY|RMB)?(\d{1,12}|\d{1,3}(?:,\d{3}){1,3})(\.\d{1,6})?(万)?元?", re.IGNORECASE)


def read_amount(text: str) -> str:
    """Yuan with two decimals; empty for what is no amount, a negative one among them."""
    found = _AMOUNT.fullmatch(unicodedata.normalize("NFKC", text).replace(" ", ""))
    if found is None:
        return ""
    value = Decimal(found[1].replace(",", "") + (found[2] or "")) * (10000 if found[3] else 1)
    return f"{value:.2f}" if value < 10**12 else ""


_NOISE = re.compile(r"[\s_\-:：()（）/]")


@cache
def _stages() -> Mapping[str, str]:
    given = tomllib.loads(resources.files(__package__).joinpath("stages.toml").read_text("utf-8"))
    return {word: stage for stage, words in given.items() for word in words}


def read_stage(text: str) -> str:
    """A stage of leads, by the words of ``stages.toml``; empty for another word."""
    return _stages().get(_NOISE.sub("", unicodedata.normalize("NFKC", text).lower()), "")
