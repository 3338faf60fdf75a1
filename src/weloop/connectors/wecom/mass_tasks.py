"""Mass messages that members confirm (企业群发): making a task, looking at it, reminding of it, cancelling it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from weloop.connectors.attempts import text, texts
from weloop.connectors.clients import ClientProvider
from weloop.connectors.errors import map_error
from weloop.connectors.one_by_one import OneByOneSender
from weloop.connectors.wecom.attachments import MEDIA_GONE, attachments_of, files_of, make_attachment, with_codes
from weloop.contracts.commands import Command, Done
from weloop.contracts.errors import Rejected, Retryable
from weloop.contracts.events import EventKind, Lane, NewEvent
from weloop.contracts.group_chats import JoinCodes
from weloop.contracts.identities import IdentityKind, IdentityRef
from weloop.contracts.media import MediaCache
from wxapi.errors import ApiError, CallRejected
from wxapi.wecom import MassMember, MassResult, WecomClient
from wxapi.wecom.mass_messages import NO_FRIEND, QUOTA_USED, UNSENT

CANCELLED = 41093
OUTCOMES: Mapping[int, str] = {UNSENT: "left_out", NO_FRIEND: "no_friend", QUOTA_USED: "quota"}
"""What became of a customer of a member who has confirmed; any other status is ``sent``."""


class _MassTaskSender(OneByOneSender[WecomClient]):
    bucket = "wecom_mass"


class CreateMassTaskSender(_MassTaskSender):
    """Lays a task onto a member's phone. The files go up first; a file that is gone there goes up again."""

    def __init__(self, clients: ClientProvider[WecomClient], media: MediaCache, join_codes: JoinCodes) -> None:
        super().__init__(clients)
        self._media = media
        self._join_codes = join_codes

    async def _carry_out(self, client: WecomClient, command: Command, now: datetime) -> Done:
        customers, words, before = texts(command, "customers"), command.body.get("text"), attachments_of(command)
        command = replace(command, body={**command.body, "attachments": await with_codes(command, self._join_codes)})
        if len(attachments_of(command)) < len(before):
            raise Rejected("the code of the group works no more")
        try:
            attachments = [
                await make_attachment(command.account_id, client, self._media, item) for item in attachments_of(command)
            ]
        except ApiError as error:
            # Nothing was asked of the member yet: an upload whose answer was lost is only a delay.
            raise map_error(error, now, reads_only=True) from None
        try:
            task = await client.mass_messages.add(
                customers, words if isinstance(words, str) else None, attachments, text(command, "staff")
            )
        except CallRejected as error:
            files = files_of(command) if error.errcode == MEDIA_GONE else set()
            if not files:
                raise
            await self._media.forget(command.account_id, files)
            raise Retryable(error.meaning, error.errcode) from None
        failed = set(task.failed)
        return Done({"msgid": task.msgid, "failed": [n for n, each in enumerate(customers) if each in failed]})


class FetchMassTaskSender(_MassTaskSender):
    """Looks at one task. A member who has confirmed is done: what became of the customers comes in pages."""

    reads_only = True

    async def _carry_out(self, client: WecomClient, command: Command, now: datetime) -> Done:
        msgid, staff = text(command, "msgid"), text(command, "staff")
        member = await self._find(client, msgid, staff)
        if member is None or not member.confirmed:
            return Done({"confirmed": False, "sent_at": 0, "next_cursor": ""})
        cursor = command.body.get("cursor")
        rows, following = await client.mass_messages.results(msgid, staff, cursor if isinstance(cursor, str) else "")
        events = tuple(_ended(command, member, row, now) for row in rows)
        return Done({"confirmed": True, "sent_at": member.sent_at, "next_cursor": following}, events)

    @staticmethod
    async def _find(client: WecomClient, msgid: str, staff: str) -> MassMember | None:
        """The one member of the task; the platform may write a userid in other letters."""
        rows, _ = await client.mass_messages.members(msgid)
        return next((each for each in rows if each.userid.lower() == staff.lower()), None)


def _ended(command: Command, member: MassMember, row: MassResult, now: datetime) -> NewEvent:
    customer = IdentityRef(IdentityKind.EXTERNAL_CONTACT, text(command, "scope"), row.external_userid)
    at = row.sent_at or member.sent_at
    return NewEvent(
        account_id=command.account_id,
        kind=EventKind.MASS_MESSAGE_ENDED,
        dedupe=f"mass:{text(command, 'msgid')}:{customer.id}",
        occurred_at=datetime.fromtimestamp(at, UTC) if at else now,
        identity_id=customer.id,
        data={
            "task_id": command.ref,
            "msgid": text(command, "msgid"),
            "staff": member.userid,
            "outcome": OUTCOMES.get(row.status, "sent"),
        },
        lane=Lane.BULK,
        trace_id=command.trace_id,
    )


class RemindMassTaskSender(_MassTaskSender):
    """Asks the platform to remind the member."""

    async def _carry_out(self, client: WecomClient, command: Command, now: datetime) -> Done:
        await client.mass_messages.remind(text(command, "msgid"))
        return Done()


class CancelMassTaskSender(_MassTaskSender):
    """Takes a task off the phone; one that was cancelled already is."""

    async def _carry_out(self, client: WecomClient, command: Command, now: datetime) -> Done:
        try:
            await client.mass_messages.cancel(text(command, "msgid"))
        except CallRejected as error:
            if error.errcode != CANCELLED:
                raise
        return Done()
