"""What an advertisement must show people, wherever it goes: one rule for Moments, broadcasts and journeys."""

from collections.abc import Iterable, Mapping

from weloop.contracts.errors import InvalidInput

LABEL = "广告"
"""What an advertisement must say where people see it: 广告法 art. 14, 互联网广告管理办法 (2023-05-01)."""


def is_labelled(words: Iterable[str]) -> bool:
    """Whether one of these texts and titles says what it is. A picture and the small print of a card do not."""
    return any(LABEL in each for each in words)


def check_label(words: Mapping[str, str]) -> None:
    """Refuse an advertisement of which no text or title, by field, says so; the first is where it is to be said."""
    if not is_labelled(words.values()):
        field = next(iter(words))
        raise InvalidInput("an advertisement must say so", code="advert_unlabelled", field=field, label=LABEL)
