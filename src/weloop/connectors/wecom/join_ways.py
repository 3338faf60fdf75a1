"""CreateJoinWay, UpdateJoinWay, DeleteJoinWay: 自动拉群 at the platform."""

from datetime import datetime

import structlog

from weloop.connectors.attempts import text, texts
from weloop.connectors.clients import ClientProvider
from weloop.connectors.one_by_one import OneByOneSender
from weloop.contracts.commands import Command, Done
from weloop.contracts.errors import Rejected, WeLoopError
from weloop.contracts.json import JsonObject
from weloop.contracts.media import PictureKeeper
from wxapi.errors import ApiError, CallRejected
from wxapi.wecom import JoinWayPlan, WecomClient

GONE = 41044
"""The platform knows no such config id."""
log = structlog.get_logger(__name__)


class _JoinWaySender(OneByOneSender[WecomClient]):
    bucket = "wecom_join_way"

    def __init__(self, clients: ClientProvider[WecomClient], pictures: PictureKeeper) -> None:
        super().__init__(clients)
        self._pictures = pictures

    async def _read_code(self, client: WecomClient, config_id: str, command: Command) -> JsonObject:
        """The code of a join way, with its picture stored: a welcome must not fetch it within its 20 seconds."""
        way = await client.join_ways.get(config_id)
        if not way.qr_code:
            raise Rejected("the platform gave no code")
        file_id = await self._pictures.keep(way.qr_code, str(command.body.get("remark") or config_id))
        return {"config_id": config_id, "qr_code": way.qr_code, "file_id": file_id}


class CreateJoinWaySender(_JoinWaySender):
    """Once made, its config id must not be lost: whatever goes wrong behind that is left to an update."""

    async def _carry_out(self, client: WecomClient, command: Command, now: datetime) -> Done:
        config_id = await client.join_ways.add(_plan(command))
        if not config_id:
            raise Rejected("the platform gave no config id")
        try:
            return Done(result=await self._read_code(client, config_id, command))
        except (ApiError, WeLoopError) as error:
            log.info("join_way.code_not_read", config_id=config_id, error=type(error).__name__)
            return Done(result={"config_id": config_id, "qr_code": "", "file_id": None})


class UpdateJoinWaySender(_JoinWaySender):
    """Overwrites all of it and reads its code anew; a repeat does no harm."""

    async def _carry_out(self, client: WecomClient, command: Command, now: datetime) -> Done:
        config_id = text(command, "config_id")
        await client.join_ways.update(config_id, _plan(command))
        return Done(result=await self._read_code(client, config_id, command))


class DeleteJoinWaySender(_JoinWaySender):
    """Deletes; what is gone already counts as deleted."""

    async def _carry_out(self, client: WecomClient, command: Command, now: datetime) -> Done:
        try:
            await client.join_ways.delete(text(command, "config_id"))
        except CallRejected as error:
            if error.errcode != GONE:
                raise
        return Done()


def _plan(command: Command) -> JoinWayPlan:
    body = command.body
    number = body.get("base_id")
    return JoinWayPlan(
        chats=tuple(texts(command, "chats")),
        state=text(command, "state"),
        remark=str(body.get("remark") or ""),
        auto_create=bool(body.get("auto_create", True)),
        base_name=str(body.get("base_name") or ""),
        base_id=number if isinstance(number, int) else 1,
    )
