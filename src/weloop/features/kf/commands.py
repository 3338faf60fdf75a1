"""Commands of this feature."""

from weloop.contracts.commands import Command, CommandName, Delivery, read_all
from weloop.contracts.events import Event, EventKind, Lane
from weloop.contracts.json import JsonValue
from weloop.kit.unit import UnitOfWork


def fetch_messages(unit: UnitOfWork, event: Event, account_id: int, corp: str, open_kfid: str) -> None:
    """Read an account on after an event; however many events ask, it waits once.

    A token is of use only to the account that was given it, and for minutes.
    """
    body: dict[str, JsonValue] = {"open_kfid": open_kfid, "scope": corp}
    if event.kind is EventKind.KF_NOTIFIED and event.account_id == account_id:
        body |= {"token": str(event.personal.get("token") or ""), "told_at": event.occurred_at.timestamp()}
    unit.enqueue(
        Command(
            key=f"kf:{event.id}:{open_kfid}",
            name=CommandName.FETCH_KF_MESSAGES,
            account_id=account_id,
            body=body,
            delivery=Delivery.AT_LEAST_ONCE,
            ref=open_kfid,
            coalesce=f"kf:{open_kfid}",
            trace_id=event.trace_id,
        )
    )


def list_accounts_of(unit: UnitOfWork, account_id: int) -> None:
    """Look for the accounts of a WeCom account; a second wish while the first waits is the same."""
    unit.enqueue(read_all(CommandName.LIST_KF_ACCOUNTS, account_id, Lane.BULK))
