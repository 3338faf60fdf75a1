"""The term over companies: to which one a person belongs, whoever spelled it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from weloop.audience import companies_rows
from weloop.audience.companies import COMPANY
from weloop.contracts.conditions import Text
from weloop.contracts.terms import (
    PROFILE,
    Choice,
    Fault,
    Need,
    Offer,
    PersonFacts,
    Term,
    TermOffer,
    TermQuery,
    TermSetting,
    Words,
    named,
)
from weloop.kit.unit import UnitOfWork

OFFERED = 500
"""Companies that are offered, those with most persons first."""


class CompanyTerm(Term):
    """Who belongs to a company. ``key``: one of its normalised names, which stays when companies are made one."""

    op: Literal["company"]
    key: Annotated[Text, Field(min_length=1, max_length=200)]

    def marks(self) -> Iterable[str]:
        """See :class:`Term`."""
        return (PROFILE, COMPANY)

    def needs(self) -> Iterable[Need]:
        """See :class:`Term`."""
        return (("company", self.key),)

    def sql(self, query: TermQuery) -> str:
        """See :class:`Term`."""
        company = f"(SELECT company_id FROM company_key WHERE key = {query.bind(self.key, 'text')})"  # noqa: S608 -- bound
        people = query.join(
            f"SELECT person_id FROM company_person JOIN company_key USING (key) WHERE company_id = {company}"  # noqa: S608
        )
        return f"{people}.person_id IS NOT NULL"

    def holds(self, facts: PersonFacts) -> bool:
        """See :class:`Term`."""
        return facts.get(("company", self.key)) is not None


async def load_companies(
    unit: UnitOfWork, persons: Collection[int], needs: Collection[Need]
) -> Mapping[Need, Mapping[int, Any]]:
    """("company", key): True for who belongs to it."""
    found: dict[Need, dict[int, bool]] = {need: {} for need in needs}
    for row in await companies_rows.find_members(unit.connection, persons, {str(need[1]) for need in needs}):
        found["company", row.key][row.person_id] = True
    return found


async def check_companies(unit: UnitOfWork, terms: Sequence[CompanyTerm]) -> Sequence[Sequence[Fault]]:
    """Companies that are there."""
    known = await companies_rows.find_keys(unit.connection, {term.key for term in terms})
    fault = ("key", "company_unknown", "there is no such company")
    return [() if term.key in known else (fault,) for term in terms]


async def company_choices(unit: UnitOfWork) -> Sequence[Choice]:
    """The companies with most persons."""
    rows = await companies_rows.list_keys(unit.connection, OFFERED)
    return named((row.key, row.name) for row in rows)


OFFER = Offer(
    Words("公司", "Companies"),
    terms=(
        TermOffer(
            CompanyTerm,
            Words("所属公司", "Belongs to a company"),
            (TermSetting("key", Words("公司", "Company"), "choice", choices=company_choices),),
            check_companies,
        ),
    ),
    loaders={"company": load_companies},
)
