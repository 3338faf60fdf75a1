"""The first page: what is set up, how things stand, who came last. It asks several modules through their faces."""

from datetime import UTC, datetime

from fastapi import APIRouter

from weloop.access.api import SignedIn
from weloop.accounts.api import AccountRef, list_accounts
from weloop.contracts.accounts import AccountKind
from weloop.features.sources.api import SourceTotals, find_by_states, find_welcomes, read_totals
from weloop.identity.api import PersonFigures, count_persons_since, latest_persons
from weloop.inbox.api import count_dead as count_dead_events
from weloop.kit.clock import BEIJING
from weloop.kit.http import RequestUnit, Schema
from weloop.kit.unit import UnitOfWork
from weloop.outbox.api import count_dead as count_dead_commands
from weloop.staff.api import count_staff

LATEST = 8
router = APIRouter(tags=["overview"])


class ChecklistItem(Schema):
    """One step of setting up. Keys: official_account, wecom, staff, source, person, welcome."""

    key: str
    done: bool


class Counts(Schema):
    """How things stand; "today" is the Beijing day of world time."""

    persons: int
    persons_today: int
    sources_ready: int
    welcomes_sent_today: int
    unresolved_persons: int
    dead_letters: int
    commands_uncertain: int


class WelcomeState(Schema):
    """What became of a welcome message: ``sent`` or ``failed``."""

    state: str


class LatestPerson(Schema):
    """A person who moved lately; the id is text, since JavaScript would round it."""

    person_id: str
    name: str | None
    source_name: str | None
    at: datetime
    welcome: WelcomeState | None


class Overview(Schema):
    """The first page."""

    checklist: list[ChecklistItem]
    counts: Counts
    latest: list[LatestPerson]


@router.get("/overview")
async def get_overview(_: SignedIn, unit: RequestUnit) -> Overview:
    """The first page, in a constant number of queries."""
    figures = await count_persons_since(unit, _beijing_midnight(unit.now))
    totals = await read_totals(unit)
    dead, uncertain = await count_dead_commands(unit)
    counts = Counts(
        persons=figures.persons,
        persons_today=figures.since,
        sources_ready=totals.ready,
        welcomes_sent_today=totals.welcomes_sent_today,
        unresolved_persons=figures.unresolved,
        dead_letters=dead + await count_dead_events(unit),
        commands_uncertain=uncertain,
    )
    checklist = _checklist(await list_accounts(unit), await count_staff(unit), totals, figures)
    return Overview(checklist=checklist, counts=counts, latest=await _latest(unit))


def _checklist(
    accounts: list[AccountRef], staff: int, totals: SourceTotals, figures: PersonFigures
) -> list[ChecklistItem]:
    ready = {account.kind for account in accounts if account.state == "ready"}
    steps = {
        "official_account": AccountKind.OFFICIAL_ACCOUNT in ready,
        "wecom": AccountKind.WECOM in ready,
        "staff": staff > 0,
        "source": totals.existing > 0,
        "person": figures.persons > 0,
        "welcome": totals.welcomes_sent > 0,
    }
    return [ChecklistItem(key=key, done=done) for key, done in steps.items()]


async def _latest(unit: UnitOfWork) -> list[LatestPerson]:
    persons = await latest_persons(unit, LATEST)
    sources = await find_by_states(unit, {person.state_code for person in persons if person.state_code})
    welcomes = await find_welcomes(unit, {identity for person in persons for identity in person.identities})
    latest = []
    for person in persons:
        source = sources.get(person.state_code or "")
        outcomes = [welcomes[identity] for identity in person.identities if identity in welcomes]
        latest.append(
            LatestPerson(
                person_id=str(person.id),
                name=person.name,
                source_name=source.name if source else None,
                at=person.last_seen_at,
                welcome=WelcomeState(state="sent" if any(outcomes) else "failed") if outcomes else None,
            )
        )
    return latest


def _beijing_midnight(now: datetime) -> datetime:
    """The moment at which the present Beijing day began."""
    local = now.astimezone(UTC) + BEIJING
    return local.replace(hour=0, minute=0, second=0, microsecond=0) - BEIJING
