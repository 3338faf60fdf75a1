"""Putting leads to members: whom, when, and the card that says so.

One :class:`Handout` serves one account in one unit of work: what members do, hold and have waiting is asked once.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime

from weloop.contracts.events import EventKind
from weloop.kit.clock import beijing_date, midnight
from weloop.kit.unit import UnitOfWork
from weloop.leads import repository
from weloop.leads.cards import send_cards
from weloop.leads.events import tell
from weloop.leads.models import Lead
from weloop.leads.rules import Candidate, Due, Policy, choose_owner, load_policy, wave_start
from weloop.staff.api import Duty, add_working, find_duties, is_working, leaders, next_start


class Handout:
    """Of one account. Open it with :meth:`open`, close it with :meth:`close`."""

    def __init__(self, unit: UnitOfWork, account_id: int, policy: Policy) -> None:
        self.unit = unit
        self.account_id = account_id
        self.policy = policy
        self.duties: dict[str, Duty] = {}
        self.claimed: Counter[str] = Counter()
        self._today: Counter[str] = Counter()
        self._waiting: Counter[str] = Counter()
        self._released: list[Lead] = []
        self._nameless: Collection[int] = ()
        self.in_waves = False
        """Whether leads are put to members some at a time even while these work: nobody has just arrived."""

    @classmethod
    async def open(cls, unit: UnitOfWork, account_id: int) -> "Handout":
        """Ask for what members do and hold: two queries."""
        handout = cls(unit, account_id, load_policy())
        handout.duties = await find_duties(unit, account_id)
        for row in await repository.count_load(unit.connection, account_id, day_start(unit.now)):
            handout._today[row.staff] = row.today
            handout._waiting[row.staff] = row.waiting
            handout.claimed[row.staff] = row.claimed
        return handout

    def expect_names(self, persons: Collection[int]) -> None:
        """The platform is being asked what these are called: their cards wait a little for it."""
        self._nameless = persons

    def is_expected(self, lead: Lead) -> bool:
        """Whether a lead's card only waits for the name."""
        due = lead.due_at
        return lead.due_what == Due.RELEASE and due is not None and due - self.unit.now <= self.policy.grace

    def choose(self, prefer: Sequence[str] = (), avoid: Sequence[str] = ()) -> str | None:
        """Whom a lead that is nobody's friend goes to."""
        candidates = [
            Candidate(
                each.userid,
                each.weight,
                self._today[each.userid],
                each.daily_cap,
                is_working(each.shift, self.unit.now),
                each.is_full,
            )
            for each in self.duties.values()
            if each.contact_enabled
        ]
        return choose_owner(candidates, prefer, avoid)

    def give(self, lead: Lead, staff: str, by: str) -> None:
        """Put a lead to a member, at once or when the shift begins."""
        before, lead.staff, lead.assigned_by = lead.staff, staff, by
        lead.assigned_at = self.unit.now
        lead.moves = (lead.moves or 0) + 1
        lead.released_at = lead.accepted_at = lead.expired = None
        self._today[staff] += 1
        tell(
            self.unit,
            lead,
            EventKind.LEAD_ASSIGNED,
            f"assigned:{lead.moves}",
            {"staff": staff, "reason": by, "from": before if before != staff else None},
        )
        self._release_or_wait(lead, staff)

    def _release_or_wait(self, lead: Lead, staff: str) -> None:
        duty = self.duties.get(staff)
        start = next_start(duty.shift, self.unit.now) if duty is not None else self.unit.now
        if self.in_waves and duty is not None and start is not None:
            wave = self.policy.wave * (self._waiting[staff] // self.policy.wave_size)
            lead.due_at = add_working(duty.shift, start, wave)
            lead.due_what = Due.RELEASE if lead.due_at is not None else None
            self._waiting[staff] += 1
        elif start == self.unit.now and lead.person_id in self._nameless:
            lead.due_at, lead.due_what = self.unit.now + self.policy.grace, Due.RELEASE
        elif start == self.unit.now:
            self.release(lead)
        elif start is None:
            lead.due_at = lead.due_what = None
        else:
            lead.due_at, lead.due_what = wave_start(self.policy, start, self._waiting[staff]), Due.RELEASE
            self._waiting[staff] += 1

    def release(self, lead: Lead) -> None:
        """Put a lead before its member: the clock starts and a card goes out."""
        lead.released_at = self.unit.now
        self.set_clock(lead, Due.ACCEPT)
        self._released.append(lead)

    def set_clock(self, lead: Lead, clock: Due) -> None:
        """Let a clock run from now on, in the member's working time."""
        length = self.policy.accept if clock is Due.ACCEPT else self.policy.contact
        duty = self.duties.get(lead.staff or "")
        lead.due_at = add_working(duty.shift, self.unit.now, length) if duty else self.unit.now + length
        lead.due_what = clock if lead.due_at is not None else None

    def put_back(self, lead: Lead) -> None:
        """Put a lead into the open pool."""
        before, lead.staff = lead.staff, None
        lead.released_at = lead.accepted_at = lead.assigned_by = lead.due_at = lead.due_what = None
        tell(
            self.unit,
            lead,
            EventKind.LEAD_ASSIGNED,
            f"returned:{lead.moves}:{self.unit.now.isoformat()}",
            {"staff": "", "reason": "returned", "from": before},
        )

    def leaders(self) -> list[str]:
        """Who hears of clocks that ran out."""
        return leaders(list(self.duties.values()))

    async def close(self) -> None:
        """Send the cards of what was put to members."""
        await self.unit.session.flush()
        if self._released:
            await send_cards(self.unit, self.account_id, self._released)


def day_start(now: datetime) -> datetime:
    """When the Beijing day of ``now`` began."""
    return midnight(beijing_date(now))
