"""When two names mean one company. Pure."""

import re
import unicodedata

_NOISE = re.compile(r"[\W_]+")
_FORMS = re.compile(
    r"(股份有限公司|有限责任公司|有限公司|集团公司|总公司|公司|集团|coltd|companylimited|limited|ltd|inc|corporation|corp|llc|gmbh)$"
)


def company_key(name: str) -> str:
    """A name without its signs, the case of its letters and its legal form; empty when nothing is left of it.

    Cities and branches stay apart: 「上海微环科技」 and 「微环科技」 are two, until somebody makes them one.
    """
    plain = _NOISE.sub("", unicodedata.normalize("NFKC", name).casefold())
    while (shorter := _FORMS.sub("", plain)) and shorter != plain:
        plain = shorter
    return plain
