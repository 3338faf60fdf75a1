"""The morning card: what each member has to do today."""

from collections import defaultdict
from datetime import timedelta

from weloop.identity.api import find_faces
from weloop.kit.unit import UnitOfWork
from weloop.leads import reading
from weloop.leads.cards import name_of
from weloop.leads.handout import day_start
from weloop.staff.api import StaffMorning, find_duties, next_start, send_morning_cards


async def greet_members(unit: UnitOfWork) -> None:
    """Send a card to everyone who works today and has something to do; one a day."""
    tomorrow = day_start(unit.now) + timedelta(days=1)
    rows = await reading.count_mornings(unit.connection, tomorrow, unit.now)
    faces = await find_faces(unit, {person for row in rows for person in row.first})
    by_account: defaultdict[int, list[StaffMorning]] = defaultdict(list)
    for account_id in sorted({row.account_id for row in rows}):
        duties = await find_duties(unit, account_id)
        for row in rows:
            duty = duties.get(row.staff)
            start = next_start(duty.shift, unit.now) if duty is not None else None
            if row.account_id == account_id and duty is not None and start is not None and start < tomorrow:
                first = [name_of(faces.get(person)) for person in row.first]
                by_account[account_id].append(StaffMorning(row.staff, duty.name, row.today, row.overdue, first))
        send_morning_cards(unit, account_id, by_account[account_id])
