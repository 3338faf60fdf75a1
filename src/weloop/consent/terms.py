"""What rules of segments may ask of a person's consent."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from weloop.campaigns.api import campaign_choices, check_terms
from weloop.consent import repository
from weloop.consent.rules import MATTERS, SIGNING_UP, TOLD, Act, Entry, fold_entries
from weloop.contracts.terms import CONSENT as CONSENT_MARK
from weloop.contracts.terms import (
    Need,
    Offer,
    PersonFacts,
    Term,
    TermOffer,
    TermQuery,
    TermSetting,
    Words,
    fixed,
)
from weloop.identity.api import find_identities
from weloop.kit.unit import UnitOfWork

CONSENT: Need = ("consent",)
_ACTS = {"opted_out": Act.OPTED_OUT, "opted_in": Act.OPTED_IN, "complaint": Act.COMPLAINT_OPENED}


class ConsentTerm(Term):
    """Whose last word on marketing was no, or yes; or who has a complaint open."""

    op: Literal["consent"]
    state: Literal["opted_out", "opted_in", "complaint"]

    def marks(self) -> Iterable[str]:
        """See :class:`Term`."""
        return (CONSENT_MARK,) if self.state == "complaint" else map(str, TOLD.values())

    def needs(self) -> Iterable[Need]:
        """See :class:`Term`."""
        return (CONSENT,)

    def sql(self, query: TermQuery) -> str:
        """See :class:`Term`."""
        act = _ACTS[self.state]
        matter = [str(each) for each, about in MATTERS.items() if about == MATTERS[act]]
        last = query.join(
            "SELECT DISTINCT ON (i.person_id) i.person_id, c.act"
            " FROM consent_entry AS c JOIN identity AS i ON i.id = c.identity_id"
            f" WHERE c.act = ANY ({query.bind(matter, 'text[]')}) ORDER BY i.person_id, c.at DESC, c.id DESC"
        )
        return f"{last}.act = {query.bind(str(act), 'text')}"

    def holds(self, facts: PersonFacts) -> bool:
        """See :class:`Term`."""
        known = facts.get(CONSENT)
        act = _ACTS[self.state]
        return known is not None and known.acts.get(MATTERS[act]) is act


class SignUpTerm(Term):
    """Who asked for what a campaign offers, or any campaign."""

    op: Literal["sign_up"]
    campaign_id: Annotated[int, Field(ge=1, lt=2**63)] | None = None

    def marks(self) -> Iterable[str]:
        """See :class:`Term`."""
        return map(str, SIGNING_UP)

    def needs(self) -> Iterable[Need]:
        """See :class:`Term`."""
        return (CONSENT,)

    def sql(self, query: TermQuery) -> str:
        """See :class:`Term`."""
        of = "true" if self.campaign_id is None else f"s.campaign_id = {query.bind(self.campaign_id, 'bigint')}"
        found = query.join(
            f"SELECT DISTINCT i.person_id FROM sign_up AS s JOIN identity AS i ON i.id = s.identity_id WHERE {of}"
        )
        return f"{found}.person_id IS NOT NULL"

    def holds(self, facts: PersonFacts) -> bool:
        """See :class:`Term`."""
        known = facts.get(CONSENT)
        if known is None:
            return False
        return bool(known.campaigns) if self.campaign_id is None else self.campaign_id in known.campaigns


class KnownConsent:
    """What is on record of one person: by matter the act that counts, and the campaigns they signed up for."""

    __slots__ = ("acts", "campaigns")

    def __init__(self, acts: Mapping[str, Act], campaigns: frozenset[int]) -> None:
        self.acts = acts
        self.campaigns = campaigns


async def load_consent(
    unit: UnitOfWork, persons: Collection[int], _needs: Collection[Need]
) -> Mapping[Need, Mapping[int, Any]]:
    """("consent",): what is on record."""
    person_of = await find_identities(unit, persons)
    entries: defaultdict[int, list[Entry]] = defaultdict(list)
    campaigns: defaultdict[int, set[int]] = defaultdict(set)
    for row in await repository.load_records(unit.connection, person_of) if person_of else ():
        person = person_of[row.identity_id]
        if row.what == "sign_up":
            campaigns[person].add(row.number)
        elif row.what != "talk":
            entries[person].append(Entry(row.at, row.number, Act(row.what)))
    known = entries.keys() | campaigns.keys()
    return {CONSENT: {each: KnownConsent(fold_entries(entries[each]), frozenset(campaigns[each])) for each in known}}


_STATES = fixed(
    ("opted_out", "已退订营销", "opted out of marketing"),
    ("opted_in", "同意接收营销", "opted in to marketing"),
    ("complaint", "投诉处理中", "complaint open"),
)
OFFER = Offer(
    Words("联系意愿", "Consent"),
    terms=(
        TermOffer(
            ConsentTerm,
            Words("联系意愿", "Consent"),
            (TermSetting("state", Words("状态", "State"), "choice", choices=_STATES),),
        ),
        TermOffer(
            SignUpTerm,
            Words("报名或订阅过", "Signed up"),
            (
                TermSetting(
                    "campaign_id", Words("活动", "Campaign"), "choice", required=False, choices=campaign_choices
                ),
            ),
            check_terms,
        ),
    ),
    loaders={"consent": load_consent},
)
