"""Personal WeChat accounts (个人号): rows without an API. Their friends are counted by whoever holds the phone."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError

from weloop.access.api import CurrentUser, record_act
from weloop.contracts.errors import Conflict, InvalidInput, NotFound
from weloop.contracts.json import JsonObject
from weloop.kit.clock import beijing_date, midnight
from weloop.kit.unit import UnitOfWork
from weloop.staff import repository
from weloop.staff.cards import send_notice_card
from weloop.staff.duties import TOPIC, load_limits
from weloop.staff.models import PersonalAccount

Holder = tuple[int, str]
"""The WeCom account and the userid of a member."""
USEFUL_FOR = timedelta(days=3)
PAGE = "/personal-accounts"
"""Of the phone: where the holder types the number."""


@dataclass(frozen=True, slots=True)
class Personal:
    """A personal account. ``counts``: friends by Beijing day, oldest first; ``is_due``: none of this month yet."""

    id: int
    name: str
    wechat_id: str
    account_id: int | None
    userid: str | None
    holder: str | None
    friend_limit: int
    archived_at: datetime | None
    counts: Sequence[tuple[date, int]]
    is_due: bool

    @property
    def is_full(self) -> bool:
        """Whether it is as full as members' accounts that get no new adds."""
        return bool(self.counts) and self.counts[-1][1] >= load_limits()["friends"]["full_share"] * self.friend_limit

    @property
    def full_on(self) -> date | None:
        """When it is full if it goes on as between the first and last count of the window; None: not to be foreseen."""
        if not self.counts:
            return None
        last, friends = self.counts[-1]
        since = last - timedelta(days=int(load_limits()["personal"]["window_days"]))
        first, before = next(each for each in self.counts if each[0] >= since)
        if friends <= before or last == first:
            return None
        days = max(0, self.friend_limit - friends) * (last - first).days / (friends - before)
        return last + timedelta(days=days) if days < 3_650 else None


async def list_personal(unit: UnitOfWork, holder: Holder | None = None) -> list[Personal]:
    """All of them, or those that a member holds and nobody archived; three queries."""
    rows = await repository.list_personal(unit.session)
    if holder is not None:
        rows = [row for row in rows if (row.account_id, row.userid) == holder and row.archived_at is None]
    names = await repository.find_names_of_all(unit.session, {row.userid for row in rows if row.userid})
    counts: defaultdict[int, list[tuple[date, int]]] = defaultdict(list)
    for count in await repository.list_personal_counts(unit.connection, [row.id for row in rows]):
        counts[count.personal_id].append((count.day, count.friends))
    return [_personal(row, names, counts[row.id], beijing_date(unit.now)) for row in rows]


def _personal(
    row: PersonalAccount, names: Mapping[str, str], counts: Sequence[tuple[date, int]], today: date
) -> Personal:
    return Personal(
        row.id,
        row.name,
        row.wechat_id,
        row.account_id,
        row.userid,
        names.get(row.userid or ""),
        row.friend_limit or int(load_limits()["personal"]["default"]),
        row.archived_at,
        counts,
        row.archived_at is None and not (counts and counts[-1][0] >= today.replace(day=1)),
    )


async def get_personal(unit: UnitOfWork, personal_id: int) -> Personal:
    """One; NotFound."""
    found = next((each for each in await list_personal(unit) if each.id == personal_id), None)
    if found is None:
        raise NotFound("there is no such personal account", code="personal_not_found")
    return found


async def add_personal(unit: UnitOfWork, user: CurrentUser, values: Mapping[str, Any]) -> int:
    """Note a personal account; its id. InvalidInput for a holder nobody knows, Conflict for a WeChat ID noted twice."""
    row = PersonalAccount(created_at=unit.now)
    await _set(unit, row, values)
    _note(unit, user, "personal_account_added", row)
    return row.id


async def change_personal(unit: UnitOfWork, user: CurrentUser, personal_id: int, values: Mapping[str, Any]) -> None:
    """Change what is noted."""
    row = await _locked(unit, personal_id)
    await _set(unit, row, values)
    _note(unit, user, "personal_account_changed", row)


async def archive_personal(unit: UnitOfWork, user: CurrentUser, personal_id: int, archived: bool) -> None:
    """Put it away, or take it back; what it already is, it stays."""
    row = await _locked(unit, personal_id)
    if (row.archived_at is not None) is archived:
        return
    row.archived_at = unit.now if archived else None
    await _flush(unit)
    _note(unit, user, "personal_account_archived" if archived else "personal_account_restored", row)


async def report_friends(
    unit: UnitOfWork, reporter: CurrentUser | Holder, personal_id: int, day: date, friends: int
) -> None:
    """Note how many friends it had on a Beijing day; the same day again corrects it. Members report their own."""
    row = await _locked(unit, personal_id)
    is_member = isinstance(reporter, tuple)
    if is_member and (row.account_id, row.userid) != reporter:
        raise NotFound("there is no such personal account", code="personal_not_found")
    if row.archived_at is not None:
        raise Conflict("it is archived", code="personal_archived")
    if not date(2011, 1, 1) <= day <= beijing_date(unit.now):
        raise InvalidInput("a day that has come", code="personal_day")
    user_id = None if isinstance(reporter, tuple) else reporter.id
    await repository.put_personal_count(unit.connection, personal_id, day, friends, user_id, unit.now)
    detail: JsonObject = {"name": row.name, "day": str(day), "friends": friends}
    by: JsonObject = {"staff": row.userid} if is_member else {}
    record_act(unit, user_id, "personal_friends_reported", f"personal_account:{row.id}", {**detail, **by})
    unit.publish(TOPIC)


async def _set(unit: UnitOfWork, row: PersonalAccount, values: Mapping[str, Any]) -> None:
    holder = (values["account_id"], values["userid"])
    if None not in holder and not await repository.find_names(unit.session, holder[0], [holder[1]]):
        raise InvalidInput("this member is not known", code="staff_unknown", userid=holder[1])
    row.account_id, row.userid = holder if None not in holder else (None, None)
    row.name, row.wechat_id, row.friend_limit = values["name"], values["wechat_id"], values["friend_limit"]
    unit.session.add(row)
    await _flush(unit)


async def _flush(unit: UnitOfWork) -> None:
    try:
        await unit.session.flush()
    except IntegrityError as error:
        raise Conflict("this WeChat ID is noted already", code="personal_known") from error


async def _locked(unit: UnitOfWork, personal_id: int) -> PersonalAccount:
    row = await repository.get_personal(unit.session, personal_id)
    if row is None:
        raise NotFound("there is no such personal account", code="personal_not_found")
    return row


def _note(unit: UnitOfWork, user: CurrentUser, act: str, row: PersonalAccount) -> None:
    record_act(unit, user.id, act, f"personal_account:{row.id}", {"name": row.name})
    unit.publish(TOPIC)


async def ask_for_friends(unit: UnitOfWork) -> None:
    """报一次好友数: ask holders whose accounts nobody counted this month; once a month, however often it runs."""
    today = beijing_date(unit.now)
    due: defaultdict[Holder, list[str]] = defaultdict(list)
    for each in await list_personal(unit):
        if each.is_due and each.holder and each.account_id is not None and each.userid is not None:
            due[(each.account_id, each.userid)].append(each.name)
    until = max(midnight(today) + USEFUL_FOR, unit.now + timedelta(hours=1))
    for (account_id, userid), names in sorted(due.items()):
        key = f"personal-{today:%Y-%m}-{userid.casefold()}"
        text = f"个人号：{'、'.join(names)}\n打开手机微信「通讯录」，把最下面的朋友数填进来。"
        send_notice_card(unit, account_id, [userid], key, "报一次好友数", text, PAGE, until)
