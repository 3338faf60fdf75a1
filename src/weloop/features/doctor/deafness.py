"""Accounts of which we do not hear: nobody could opt out there, so their marketing waits until callbacks come again."""

from collections.abc import Collection

from weloop.accounts.api import DEAF, Trouble, What, end_troubles, list_accounts, note_troubles
from weloop.features.doctor import repository
from weloop.features.doctor.rules import KINDS, is_silent, is_unheard
from weloop.kit.clock import beijing_date
from weloop.kit.unit import UnitOfWork
from weloop.outbox.api import count_sent


async def judge_arrivals(unit: UnitOfWork, accounts: Collection[int]) -> None:
    """After something came to these accounts: are callbacks believed?"""
    heard, unheard = [], []
    for row in await repository.load_arrivals(unit.connection, accounts):
        if is_unheard(row.verified_at, row.refused_at):
            unheard.append(Trouble(row.account_id, What.UNHEARD))
        elif row.verified_at is not None and (row.refused_at is None or row.verified_at >= row.refused_at):
            heard.append(row.account_id)
    if heard:
        await end_troubles(unit, heard, DEAF)
    await note_troubles(unit, unheard)


async def look_for_silence(unit: UnitOfWork) -> None:
    """Note accounts that sent much since the day of the last callback, which is long ago."""
    accounts = {each.id for each in await list_accounts(unit) if each.kind in KINDS and each.state != "disabled"}
    heard = {row.account_id: row.verified_at for row in await repository.load_arrivals(unit.connection, accounts)}
    since = {account: beijing_date(at) for account, at in heard.items() if at is not None}
    sent = await count_sent(unit, since)
    silent = [each for each in since if is_silent(heard[each], sent.get(each, 0), unit.now)]
    await note_troubles(unit, [Trouble(each, What.SILENT) for each in silent])
