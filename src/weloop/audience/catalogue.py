"""The catalogue of terms, for the builder of rules."""

from collections.abc import Iterable

from weloop.audience.rule import Terms
from weloop.audience.schemas import ChoiceInfo, FieldInfo, NamedWords, SettingInfo, TermGroup, TermInfo
from weloop.contracts.terms import Choice, FieldOffer, FieldType, TermOffer, TermSetting, Words
from weloop.kit.unit import UnitOfWork

_KNOWN = ["known", "unknown"]
_ORDER = ["less", "at_most", "more", "at_least"]
OPS: dict[FieldType, list[str]] = {
    "text": ["is", "is_not", "one_of", "contains", *_KNOWN],
    "number": ["is", "is_not", *_ORDER, *_KNOWN],
    "bool": ["is", "is_not"],
    "texts": ["contains", *_KNOWN],
    "moment": ["within", "longer_ago", *_ORDER, *_KNOWN],
}
"""What is offered for each type; rules may say more."""


async def show_terms(unit: UnitOfWork, terms: Terms) -> list[TermGroup]:
    """All that rules may ask, with what there is to choose now."""
    return [
        TermGroup(
            words=_words(offer.words),
            fields=[await _field(unit, each) for each in offer.fields],
            terms=[await _term(unit, each) for each in offer.terms],
        )
        for offer in terms.offers
        if offer.fields or offer.terms
    ]


async def _field(unit: UnitOfWork, field: FieldOffer) -> FieldInfo:
    choices = _choices(await field.choices(unit))
    ops = [op for op in OPS[field.type] if op != "contains" or field.type == "texts" or not choices]
    return FieldInfo(name=field.name, words=_words(field.words), type=field.type, ops=ops, choices=choices)


async def _term(unit: UnitOfWork, term: TermOffer) -> TermInfo:
    settings = [await _setting(unit, each) for each in term.settings]
    return TermInfo(op=term.op, words=_words(term.words), settings=settings)


async def _setting(unit: UnitOfWork, setting: TermSetting) -> SettingInfo:
    return SettingInfo(
        name=setting.name,
        words=_words(setting.words),
        type=setting.type,
        required=setting.required,
        choices=_choices(await setting.choices(unit)),
    )


def _choices(choices: Iterable[Choice]) -> list[ChoiceInfo]:
    return [ChoiceInfo(value=each.value, name=_words(each.name)) for each in choices]


def _words(words: Words) -> NamedWords:
    return NamedWords(zh=words.zh, en=words.en)
