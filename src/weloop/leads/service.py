"""What is done about a lead. Every act takes a locked lead, may come twice, and is told to the log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from weloop.contracts.errors import Conflict, InvalidInput, NotFound
from weloop.contracts.events import EventKind
from weloop.contracts.json import JsonObject
from weloop.identity.api import find_friends
from weloop.kit.unit import UnitOfWork
from weloop.leads import repository
from weloop.leads.events import tell
from weloop.leads.handout import Handout
from weloop.leads.models import Lead, LeadNote, LeadTask
from weloop.leads.rules import OPEN, Due, Reason, Stage, check_closing, load_policy, next_step, steps
from weloop.leads.scoring import Fit, load_scoring
from weloop.staff.api import find_names, working_between


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a member on the phone (``staff`` of ``account_id``), or a user of the console.

    ``by``: card, h5, console or api. Whoever names an account finds no lead of another.
    """

    by: str
    staff: str | None = None
    user_id: int | None = None
    account_id: int | None = None


@dataclass(frozen=True, slots=True)
class Chips:
    """What the member has confirmed: need, role, time frame, budget."""

    need: bool = False
    role: bool = False
    time: bool = False
    budget: bool = False


async def find_lead(unit: UnitOfWork, lead_id: int, actor: Actor) -> Lead:
    """A lead to look at; NotFound for another member's on the phone."""
    return _theirs(await repository.get_lead(unit.session, lead_id), actor)


async def get_locked(unit: UnitOfWork, lead_id: int, actor: Actor) -> Lead:
    """A lead to act on; NotFound for another member's on the phone."""
    return _theirs(await repository.lock_lead(unit.session, lead_id), actor)


def _theirs(lead: Lead | None, actor: Actor) -> Lead:
    if lead is None or actor.staff not in (None, lead.staff) or actor.account_id not in (None, lead.account_id):
        raise NotFound("there is no such lead", code="lead_not_found")
    return lead


async def accept(unit: UnitOfWork, lead: Lead, actor: Actor, at: datetime | None = None) -> None:
    """接单, now or at an earlier moment that is proved. Again by the same member: nothing."""
    _check_open(lead)
    if lead.staff is None:
        raise Conflict("claim the lead first", code="lead_in_pool")
    if lead.accepted_at is not None:
        return
    lead.accepted_at = at or unit.now
    lead.released_at = lead.released_at or unit.now
    tell(unit, lead, EventKind.LEAD_ACCEPTED, f"accepted:{lead.moves}", {"staff": lead.staff, "by": actor.by}, at)
    if lead.contacted_at is None:
        (await Handout.open(unit, lead.account_id)).set_clock(lead, Due.CONTACT)
    else:
        _wait_for_return(unit, lead)
    if lead.stage == Stage.MQL:
        _step(unit, lead, Stage.MQL, Stage.ACCEPTED)


async def mark_contacted(unit: UnitOfWork, lead: Lead, actor: Actor, evidence: str = "marked") -> None:
    """The first contact was made; ``evidence`` says how that is known. It is an acceptance as well."""
    await accept(unit, lead, actor)
    if lead.contacted_at is None:
        await note_contact(unit, lead, unit.now, evidence)


async def note_contact(unit: UnitOfWork, lead: Lead, at: datetime, evidence: str, by: str | None = None) -> None:
    """Write down the first contact, made ``at`` by the member ``by`` (None: its own).

    A lead that its member has not accepted goes on waiting for that.
    """
    handout = await Handout.open(unit, lead.account_id)
    duty = handout.duties.get(lead.staff or "")
    since = lead.released_at or at
    lead.contacted_at, lead.evidence, lead.contacted_by = at, evidence, by or lead.staff
    worked = working_between(duty.shift, since, at) if duty else at - since
    lead.contact_seconds = worked.total_seconds()
    data = {"staff": lead.staff, "evidence": evidence, "seconds": round(lead.contact_seconds, 1)}
    other = by if by != lead.staff else None
    tell(unit, lead, EventKind.LEAD_CONTACTED, "contacted", {**data, "by": other}, at)
    lead.next_at = lead.next_at or next_step(handout.policy, at, unit.now)
    await _replace_task(unit, lead, "contacted", lead.next_at)
    if lead.accepted_at is not None:
        _wait_for_return(unit, lead)


async def follow_up(unit: UnitOfWork, lead: Lead, actor: Actor, note: str, next_at: datetime) -> None:
    """Write down what was said and when to ask again; who writes has been in contact."""
    _check_open(lead)
    if next_at <= unit.now:
        raise InvalidInput("the next time lies behind", code="lead_next_at")
    await mark_contacted(unit, lead, actor)
    row = LeadNote(lead_id=lead.id, at=unit.now, staff=actor.staff, user_id=actor.user_id, note=note, next_at=next_at)
    unit.session.add(row)
    await unit.session.flush()
    data = {"staff": lead.staff, "next_at": next_at.isoformat()}
    tell(unit, lead, EventKind.FOLLOW_UP_WRITTEN, f"note:{row.id}", data)
    lead.next_at = next_at
    await _replace_task(unit, lead, "done", next_at)
    _wait_for_return(unit, lead)


async def qualify(unit: UnitOfWork, lead: Lead, actor: Actor, chips: Chips) -> None:
    """Set what is confirmed. A need makes an MQL; need, role and time frame make an SQL (domain study §8.2)."""
    _check_open(lead)
    lead.need, lead.role, lead.time, lead.budget = chips.need, chips.role, chips.time, chips.budget
    known = dict(lead.profile or {})
    for field, confirmed in (("need", chips.need), ("role", chips.role)):
        if confirmed:
            known[field] = True
        else:
            known.pop(field, None)
    lead.profile = known
    _publish(unit, lead)
    wanted = Stage.SQL if chips.need and chips.role and chips.time else Stage.MQL if chips.need else Stage.LEAD
    if list(Stage).index(wanted) > list(Stage).index(Stage(lead.stage)):
        await advance(unit, lead, actor, wanted)


def set_profile(unit: UnitOfWork, lead: Lead, known: Fit) -> None:
    """Set what is known of the person for the fit; unknown fields are InvalidInput."""
    _check_open(lead)
    unknown = known.keys() - load_scoring().fit.keys()
    if unknown:
        raise InvalidInput("there is no such field", code="lead_profile", field=sorted(unknown)[0])
    lead.profile = {key: value for key, value in known.items() if value is not None}
    _publish(unit, lead)


async def advance(
    unit: UnitOfWork,
    lead: Lead,
    actor: Actor,
    to: Stage,
    reason: Reason | None = None,
    amount: float | None = None,
) -> None:
    """Bring a lead to a later stage, each in between told; or close it; or take a closing back."""
    check_closing(to, reason, amount)
    way = steps(Stage(lead.stage), to)
    if amount is not None:
        lead.amount = Decimal(str(amount))
    if not way:
        _publish(unit, lead)
        return
    if lead.closed_at is not None:
        await _reopen(unit, lead)
    if list(Stage).index(to) >= list(Stage).index(Stage.ACCEPTED) and to in OPEN | {Stage.WON} and lead.staff:
        await mark_contacted(unit, lead, actor)
        way = steps(Stage(lead.stage), to)
    for before, after in way:
        _step(unit, lead, before, after, reason, amount if after is to else None)
    if to is Stage.MQL and lead.accepted_at is not None:
        _step(unit, lead, Stage.MQL, Stage.ACCEPTED)
    if to not in OPEN:
        await _close(unit, lead, reason)


async def _reopen(unit: UnitOfWork, lead: Lead) -> None:
    if await repository.lock_open(unit.session, [lead.person_id]):
        raise Conflict("this person has another open lead", code="lead_other_open")
    lead.closed_at, lead.reason = None, None


async def _close(unit: UnitOfWork, lead: Lead, reason: Reason | None) -> None:
    lead.closed_at = unit.now
    lead.reason = reason
    lead.due_at = lead.due_what = lead.next_at = None
    await _replace_task(unit, lead, "closed", None)


def _step(
    unit: UnitOfWork, lead: Lead, before: Stage, after: Stage, reason: Reason | None = None, amount: float | None = None
) -> None:
    lead.stage, lead.stage_at = after, unit.now
    if after is Stage.MQL:
        lead.mql_at = lead.mql_at or unit.now
    elif after is Stage.SQL:
        lead.sql_at = lead.sql_at or unit.now
    data = {"from": before, "to": after, "staff": lead.staff, "reason": reason, "amount": amount}
    tell(unit, lead, EventKind.LEAD_ADVANCED, f"stage:{before}:{after}:{unit.now.isoformat()}", data)


async def assign(unit: UnitOfWork, lead: Lead, staff: str) -> None:
    """Put a lead to a member by hand."""
    _check_open(lead)
    handout = await Handout.open(unit, lead.account_id)
    if staff not in handout.duties:
        raise InvalidInput("this member is not known", code="staff_unknown", userid=staff)
    if lead.staff == staff:
        return
    note_friend(lead, staff, await find_friends(unit, [lead.person_id]))
    handout.give(lead, staff, "manual")
    await handout.close()


async def claim(unit: UnitOfWork, lead: Lead, staff: str) -> None:
    """Take a lead out of the open pool; a member may claim so many a day. It counts as accepted.

    Again by the same member: nothing. Of several members the first has it, the others are told who.
    """
    _check_open(lead)
    if lead.staff == staff:
        return
    if lead.staff is not None:
        names = await find_names(unit, lead.account_id, [lead.staff])
        raise Conflict("somebody has this lead", code="lead_taken", staff=names.get(lead.staff, lead.staff))
    await repository.lock_claims(unit.connection, lead.account_id, staff)
    handout = await Handout.open(unit, lead.account_id)
    if staff not in handout.duties:
        raise InvalidInput("this member is not known", code="staff_unknown", userid=staff)
    most = handout.policy.claims_per_day
    if handout.claimed[staff] >= most:
        raise Conflict("no more claims today", code="lead_claims", most=most)
    note_friend(lead, staff, await find_friends(unit, [lead.person_id]))
    lead.staff, lead.assigned_by, lead.assigned_at, lead.released_at = staff, "claimed", unit.now, unit.now
    lead.moves += 1
    lead.accepted_at = lead.expired = None
    data = {"staff": staff, "reason": "claimed"}
    tell(unit, lead, EventKind.LEAD_ASSIGNED, f"assigned:{lead.moves}", data)
    await accept(unit, lead, Actor("h5", staff))


async def put_back(unit: UnitOfWork, lead: Lead) -> None:
    """Put a lead into the open pool; a friend stays with the member who has them."""
    _check_open(lead)
    if lead.staff is None:
        return
    if lead.is_friend:
        raise Conflict("this person is the member's friend", code="lead_friend")
    (await Handout.open(unit, lead.account_id)).put_back(lead)


async def end_task(unit: UnitOfWork, lead: Lead, outcome: str) -> None:
    """The task 主动添加 of a lead that left a number only ended: sent, added, not_found, refused."""
    for task in await repository.open_tasks(unit.session, [lead.id]):
        if task.kind == "add_friend":
            end(unit, lead, task, outcome)


async def _replace_task(unit: UnitOfWork, lead: Lead, outcome: str, next_at: datetime | None) -> None:
    """End the follow-up that was due, and all else where nothing is due any more; put up the next."""
    for task in await repository.open_tasks(unit.session, [lead.id]):
        if task.kind == "follow_up" or next_at is None:
            end(unit, lead, task, outcome)
    await unit.session.flush()
    if next_at is not None:
        unit.session.add(LeadTask(lead_id=lead.id, kind="follow_up", due_at=next_at))


def end(unit: UnitOfWork, lead: Lead, task: LeadTask, outcome: str) -> None:
    """A task is done, with an outcome."""
    task.done_at, task.outcome = unit.now, outcome
    data: JsonObject = {"task_id": task.id, "kind": task.kind, "staff": lead.staff, "outcome": outcome}
    tell(unit, lead, EventKind.TASK_DONE, f"task:{task.id}", data)


def note_friend(lead: Lead, staff: str | None, friends: Mapping[tuple[int, int], Sequence[str]]) -> None:
    """Say whether the member has the person as a friend; ``friends`` as identity finds them."""
    lead.is_friend = staff is not None and staff in friends.get((lead.account_id, lead.person_id), ())


def _wait_for_return(unit: UnitOfWork, lead: Lead) -> None:
    """Without a further follow-up a lead that is nobody's friend goes back to the pool."""
    if lead.is_friend or lead.closed_at is not None:
        lead.due_at = lead.due_what = None
    else:
        lead.due_at = max(unit.now, lead.next_at or unit.now) + load_policy().return_after
        lead.due_what = Due.RETURN


def _check_open(lead: Lead) -> None:
    if lead.closed_at is not None:
        raise Conflict("the lead is closed", code="lead_closed")


def _publish(unit: UnitOfWork, lead: Lead) -> None:
    unit.publish("leads")
    unit.publish(f"lead:{lead.id}")
