"""What rules of segments may ask of a person's profile, and by which code they came."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, model_validator

from weloop.campaigns.api import campaign_choices, check_terms
from weloop.codes.api import all_codes, code_choices
from weloop.contracts.terms import (
    PROFILE,
    RELATION,
    SEEN,
    Choices,
    FieldOffer,
    FieldType,
    Need,
    Offer,
    PersonFacts,
    Term,
    TermOffer,
    TermQuery,
    TermSetting,
    Words,
    fixed,
    no_choices,
)
from weloop.identity.faces import find_portraits
from weloop.kit.db import run
from weloop.kit.unit import UnitOfWork

PERSON: Need = ("person",)
SOURCE: Need = ("source",)
_KINDS = fixed(
    ("external_contact", "企微客户", "WeCom contact"),
    ("follower", "公众号粉丝", "Official account follower"),
    ("phone", "手机号", "Phone"),
    ("email", "邮箱", "Email"),
    ("unionid", "UnionID", "UnionID"),
    ("site_user", "网站用户", "Site user"),
    ("visitor", "网站访客", "Site visitor"),
)


async def load_portraits(
    unit: UnitOfWork, persons: Collection[int], _needs: Collection[Need]
) -> Mapping[Need, Mapping[int, Any]]:
    """("person",): the portrait."""
    return {PERSON: await find_portraits(unit, persons)}


def _field(name: str, zh: str, en: str, kind: FieldType, mark: str, choices: Choices = no_choices) -> FieldOffer:
    def sql(_query: TermQuery) -> str:
        return f"p.{name}"

    marks = frozenset({mark})
    return FieldOffer(f"person.{name}", Words(zh, en), kind, sql, PERSON, attrgetter(name), marks, choices=choices)


class SourceTerm(Term):
    """By which code somebody came: the first of all, or any; one of these, or any code of a campaign."""

    op: Literal["source"]
    codes: Annotated[
        tuple[Annotated[str, StringConstraints(min_length=1, max_length=64)], ...], Field(max_length=200)
    ] = ()
    campaign_id: Annotated[int, Field(ge=1, lt=2**63)] | None = None
    which: Literal["first", "any"] = "first"

    @model_validator(mode="after")
    def _fits(self) -> "SourceTerm":
        if bool(self.codes) is (self.campaign_id is not None):
            raise ValueError("either codes or a campaign")
        return self

    def marks(self) -> Iterable[str]:
        """See :class:`Term`."""
        return (RELATION,)

    def needs(self) -> Iterable[Need]:
        """See :class:`Term`."""
        return (SOURCE,)

    def sql(self, query: TermQuery) -> str:
        """See :class:`Term`."""
        if self.campaign_id is None:
            wanted = f"ANY ({query.bind(list(self.codes), 'text[]')})"
        else:
            campaign = query.bind(self.campaign_id, "bigint")
            wanted = f"ANY (ARRAY (SELECT code FROM state_code WHERE campaign_id = {campaign}))"
        if self.which == "first":
            return f"p.state_code = {wanted}"
        came = query.join(
            "SELECT DISTINCT i.person_id FROM relation AS r JOIN identity AS i ON i.id = r.identity_id"
            f" WHERE r.state = {wanted}"
        )
        return f"p.state_code = {wanted} OR {came}.person_id IS NOT NULL"

    def holds(self, facts: PersonFacts) -> bool:
        """See :class:`Term`."""
        came: Sequence[tuple[str, int | None, bool]] = facts.get(SOURCE) or ()
        return any(
            (is_first or self.which == "any")
            and (code in self.codes if self.campaign_id is None else campaign == self.campaign_id)
            for code, campaign, is_first in came
        )


async def load_sources(
    unit: UnitOfWork, persons: Collection[int], _needs: Collection[Need]
) -> Mapping[Need, Mapping[int, Any]]:
    """("source",): all codes by which a person came, as (code, campaign, whether it was the first of all)."""
    rows = await run(
        unit.connection,
        """
        SELECT id AS person_id, state_code AS state, true AS is_first FROM person
        WHERE id = ANY ($1::bigint[]) AND state_code IS NOT NULL
        UNION ALL
        SELECT DISTINCT i.person_id, r.state, false FROM relation AS r JOIN identity AS i ON i.id = r.identity_id
        WHERE i.person_id = ANY ($1::bigint[]) AND r.state IS NOT NULL
        """,
        sorted(persons),
    )
    codes = await all_codes(unit) if rows else {}
    found: dict[int, list[tuple[str, int | None, bool]]] = {}
    for row in rows:
        campaign = codes[row.state].campaign_id if row.state in codes else None
        found.setdefault(row.person_id, []).append((row.state, campaign, row.is_first))
    return {SOURCE: found}


_WHICH = fixed(("first", "首次来源", "the first source"), ("any", "任一来源", "any source"))


def make_offer(staff: Choices) -> Offer:
    """What is offered; ``staff``: the members, of whom this module knows no names."""
    return Offer(
        Words("联系人", "Person"),
        fields=(
            _field("name", "姓名", "Name", "text", PROFILE),
            _field("company", "公司", "Company", "text", PROFILE),
            _field("kinds", "身份", "Kinds of identities", "texts", SEEN, _KINDS),
            _field("staff", "好友员工", "Friend of", "texts", RELATION, staff),
            _field("state_code", "首次渠道", "First source", "text", RELATION, code_choices),
            _field("first_seen_at", "首次出现", "First seen", "moment", SEEN),
            _field("last_seen_at", "最近出现", "Last seen", "moment", SEEN),
            _field("resolved", "已跨平台识别", "Joined across accounts", "bool", SEEN),
        ),
        terms=(
            TermOffer(
                SourceTerm,
                Words("来源", "Source"),
                (
                    TermSetting("codes", Words("渠道", "Codes"), "choices", required=False, choices=code_choices),
                    TermSetting(
                        "campaign_id", Words("活动", "Campaign"), "choice", required=False, choices=campaign_choices
                    ),
                    TermSetting("which", Words("哪一个", "Which"), "choice", required=False, choices=_WHICH),
                ),
                # Codes may be of a source that is gone: people came by it.
                check_terms,
            ),
        ),
        loaders={"person": load_portraits, "source": load_sources},
    )
