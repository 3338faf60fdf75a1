"""Examining accounts: the platform is asked with no transaction open, and what was found is kept for the pages."""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from weloop.accounts.api import AccountRef, What, check_account, find_account, list_accounts, list_troubles
from weloop.contracts.accounts import AccountChecker, AccountKind, CheckResult, ServerClock, StaffFetcher
from weloop.contracts.errors import Conflict, NotFound, PlatformError
from weloop.features.doctor import repository, rules
from weloop.features.doctor.models import AccountExamination
from weloop.features.doctor.rules import Arrived, Egress, Finding, State
from weloop.identity.api import count_joined
from weloop.kit.clock import BEIJING
from weloop.kit.unit import UnitOfWork, Units
from weloop.staff.api import find_names_of_all

TOPIC = "doctor"
STEP_SECONDS = 30.0
"""For listing the members, and for the platform's clock; the check has a bound of its own."""
AT_ONCE = 4
"""Accounts examined at the same time."""

SIDEBAR_PAUSE = timedelta(minutes=1)
"""Who opens the sidebar is written down no more often: it is opened with every chat."""


@dataclass(frozen=True, slots=True)
class Instruments:
    """What accounts are examined with, by kind."""

    checkers: Mapping[AccountKind, AccountChecker]
    staff_fetchers: Mapping[AccountKind, StaffFetcher]
    kf_checkers: Mapping[AccountKind, AccountChecker]
    clock: ServerClock


@dataclass(frozen=True, slots=True)
class AccountReport:
    """What is known of one account. ``examined_at`` None: it has not been examined yet."""

    account: AccountRef
    examined_at: datetime | None
    findings: list[Finding]
    arrived: Arrived


async def examine_all(units: Units, instruments: Instruments, user_id: int | None) -> None:
    """Examine every account that is in use, some at a time."""
    async with units.begin() as unit:
        accounts = [account.id for account in await list_accounts(unit) if _is_examined(account)]
    room = asyncio.Semaphore(AT_ONCE)

    async def one(account_id: int) -> None:
        async with room:
            try:
                await examine(units, instruments, user_id, account_id)
            except (Conflict, NotFound):
                # Changed, disabled or removed meanwhile: the next examination sees it as it is then.
                return

    await asyncio.gather(*(one(account_id) for account_id in accounts))


async def examine(units: Units, instruments: Instruments, user_id: int | None, account_id: int) -> None:
    """Examine one account; NotFound, or Conflict when it is disabled or changed meanwhile."""
    result = await check_account(units, instruments.checkers, user_id, account_id)
    async with units.begin() as unit:
        kind = (await find_account(unit, account_id)).kind
    asked = [await _ask_staff(instruments, kind, account_id, result)] if kind in instruments.staff_fetchers else []
    if kind in instruments.kf_checkers:
        asked.append(await _ask_kf(instruments.kf_checkers[kind], account_id, result))
    clock = await _ask_clock(instruments, account_id)
    async with units.begin() as unit:
        known, joined = await count_joined(unit, account_id)
        row = await repository.lock_examination(unit.session, unit.connection, account_id)
        egress = rules.next_egress(Egress(row.egress_address, row.egress_before), result)
        row.egress_address, row.egress_before = egress.address, egress.before
        findings = [*rules.read_check(kind, result, egress), *asked, clock, rules.read_unionids(known, joined)]
        row.findings = [asdict(finding) for finding in findings]
        row.examined_at = unit.now
        unit.publish(TOPIC)


async def ask_again(units: Units, checkers: Mapping[AccountKind, AccountChecker]) -> None:
    """Check the accounts whose credentials did not work: once somebody mended them, what waits goes on by itself."""
    async with units.begin() as unit:
        troubled = {trouble.account_id for trouble, _ in await list_troubles(unit) if trouble.what is What.CREDENTIAL}
        accounts = [each for each in await list_accounts(unit) if _is_examined(each)]
        broken = [each.id for each in accounts if each.state == "failed" or each.id in troubled]
    for account_id in broken:
        try:
            await check_account(units, checkers, None, account_id, by_itself=True)
        except (Conflict, NotFound):
            continue  # changed or removed meanwhile


async def watch_callback(unit: UnitOfWork, account_id: int) -> None:
    """Begin to wait for the next callback that is believed; NotFound for what has no callbacks."""
    account = await find_account(unit, account_id)
    if not _is_examined(account):
        raise NotFound("this account has no callbacks in use", code="account_not_found")
    row = await repository.lock_examination(unit.session, unit.connection, account_id)
    row.watched_at = unit.now
    unit.publish(TOPIC)


async def read_reports(unit: UnitOfWork, public_url: str) -> list[AccountReport]:
    """What is known of all accounts in use, oldest first."""
    rows = {row.account_id: row for row in await repository.list_examinations(unit.session)}
    accounts = [account for account in await list_accounts(unit) if _is_examined(account)]
    names = await find_names_of_all(unit, {row.sidebar_by for row in rows.values() if row.sidebar_by})
    return [_report(account, rows.get(account.id), public_url, names) for account in accounts]


async def note_sidebar(unit: UnitOfWork, account_id: int, userid: str) -> None:
    """A member opened the sidebar beside a customer's chat; written down once a minute at most."""
    if await repository.note_sidebar(unit.connection, account_id, userid, unit.now, unit.now - SIDEBAR_PAUSE):
        unit.publish(TOPIC)


def _report(
    account: AccountRef, row: AccountExamination | None, public_url: str, names: Mapping[str, str]
) -> AccountReport:
    arrived = _arrived(account, row, public_url)
    kept = [] if row is None else [_finding(values) for values in row.findings]
    # The callback is no answer of the moment of an examination: it is looked up whenever somebody looks.
    place = next((index for index, finding in enumerate(kept) if finding.check == "unionid"), len(kept))
    kept.insert(place, rules.read_arrivals(arrived))
    if account.kind is AccountKind.WECOM:
        kept.append(_sidebar(account, row, public_url, names))
    return AccountReport(account, row.examined_at if row else None, kept, arrived)


def _sidebar(account: AccountRef, row: AccountExamination | None, public_url: str, names: Mapping[str, str]) -> Finding:
    url = f"{public_url}/h5/open?to=/sidebar&account={account.id}"
    if row is None or row.sidebar_at is None:
        return rules.read_sidebar(url, "", "")
    by = row.sidebar_by or ""
    return rules.read_sidebar(url, f"{row.sidebar_at + BEIJING:%m-%d %H:%M}", names.get(by, by))


def _arrived(account: AccountRef, row: AccountExamination | None, public_url: str) -> Arrived:
    url = f"{public_url}/callback/{account.callback_key}"
    if row is None:
        return Arrived(account.has_callback_token, url)
    return Arrived(
        account.has_callback_token,
        url,
        row.received_at,
        row.verified_at,
        row.refused_at,
        row.refused_status,
        row.watched_at,
    )


def _finding(values: Mapping[str, object]) -> Finding:
    return Finding(**{**values, "state": State(str(values["state"]))})  # type: ignore[arg-type]


def _is_examined(account: AccountRef) -> bool:
    return account.kind in rules.KINDS and account.state != "disabled"


async def _ask_staff(instruments: Instruments, kind: AccountKind, account_id: int, result: CheckResult) -> Finding:
    if not result.ok:
        return Finding("visible_range", State.OPEN, "after")
    try:
        async with asyncio.timeout(STEP_SECONDS):
            return rules.read_staff(await instruments.staff_fetchers[kind](account_id))
    except TimeoutError:
        return Finding("visible_range", State.PROBLEM, "failed", {"reason": "no answer in time"})
    except PlatformError as error:
        values: rules.Values = {"reason": error.reason, "errcode": error.errcode}
        return Finding("visible_range", State.PROBLEM, "failed", values, error.errcode)


async def _ask_kf(checker: AccountChecker, account_id: int, result: CheckResult) -> Finding:
    """Customer service is a right of its own: without the one to customer contact it may still be there."""
    if not result.ok and result.errcode != rules.NOT_ALLOWED:
        return Finding("kf", State.OPEN, "after")
    try:
        async with asyncio.timeout(STEP_SECONDS):
            return rules.read_kf(await checker(account_id))
    except (PlatformError, TimeoutError):
        return Finding("kf", State.OPEN, "untold")


async def _ask_clock(instruments: Instruments, account_id: int) -> Finding:
    offset: timedelta | None = None
    try:
        async with asyncio.timeout(STEP_SECONDS):
            offset = await instruments.clock(account_id)
    except (PlatformError, TimeoutError):
        offset = None  # that it cannot be reached is said of the credentials already
    return rules.read_clock(offset)
