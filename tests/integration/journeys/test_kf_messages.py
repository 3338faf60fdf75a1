"""Messages in customer service: where somebody wrote last, and what the platform's window still allows."""

from datetime import timedelta
from typing import Any

import pytest

from weloop.contracts.events import EventKind
from weloop.contracts.identities import IdentityKind, IdentityRef
from weloop.contracts.json import JsonObject
from weloop.features.kf.api import read_windows
from weloop.journeys.publishing import examine, no_webhooks
from weloop.journeys.validation import read
from weloop.outbox.api import Window

from .conftest import Stage
from .test_send_confirmed import connect

SAY = {"id": "say", "type": "send_kf_message", "account_id": 1, "text": "您好"}
DOCUMENT: dict[str, Any] = {"entry": {"events": [{"kind": "LinkOpened"}], "again": "always"}, "nodes": [SAY]}
HOUR = timedelta(hours=1)


async def windows(stage: Stage, *identities: int) -> dict[int, Window]:
    async with stage.units.begin() as unit:
        return await read_windows(unit, identities)


async def test_a_message_opens_a_window_that_messages_use_up_and_time_closes(stage: Stage) -> None:
    [asked], [silent] = await stage.person(), await stage.person()
    await stage.log(stage.event(EventKind.KF_MESSAGE_RECEIVED, asked, open_kfid="wk1"), handle=False)
    opened = stage.clock.at
    assert await windows(stage, asked, silent) == {asked: Window(opened + 48 * HOUR, 5)}
    for kind in (EventKind.COMMAND_SENT, EventKind.COMMAND_UNCERTAIN, EventKind.COMMAND_FAILED):
        stage.clock.at += HOUR
        for name in ("SendKfMessage", "SendServiceMessage"):
            await stage.log(stage.event(kind, asked, command=name, key=f"{name}{kind}"), handle=False)
    assert await windows(stage, asked) == {asked: Window(opened + 48 * HOUR, 3)}
    stage.clock.at = opened + 48 * HOUR
    assert await windows(stage, asked) == {asked: Window(None, 0)}
    await stage.log(stage.event(EventKind.KF_MESSAGE_RECEIVED, asked, open_kfid="wk2"), handle=False)
    assert await windows(stage, asked) == {asked: Window(stage.clock.at + 48 * HOUR, 5)}


async def test_it_goes_to_the_account_where_the_person_wrote_last(stage: Stage) -> None:
    await connect(stage)
    await stage.publish(DOCUMENT)
    customer = IdentityRef(IdentityKind.EXTERNAL_CONTACT, "ww1", "wmA")
    [visitor, _] = await stage.person(IdentityRef(IdentityKind.VISITOR, "site", "v1"), customer)
    for open_kfid in ("wk1", "wk2"):
        await stage.log(stage.event(EventKind.KF_MESSAGE_RECEIVED, customer.id, open_kfid=open_kfid), handle=False)
        stage.clock.at += HOUR
    await stage.hear(stage.event(EventKind.LINK_OPENED, visitor, state="x"))
    await stage.go()
    [command] = await stage.ask("SELECT subject_id, body FROM command")
    assert command.subject_id == customer.id
    assert command.body == {"external_userid": "wmA", "open_kfid": "wk2", "text": "您好"}


LINK = {"type": "link", "title": "{{person.name|您}}要的价格表", "url": "https://e.com", "desc": "", "file_id": 1}
PICTURE = {"type": "image", "file_id": 1, "name": ""}
FILE = {"type": "file", "file_id": 1, "name": "价格.pdf"}


@pytest.mark.parametrize(
    ("attachment", "sent"),
    [(LINK, {**LINK, "title": "您要的价格表"}), (PICTURE, PICTURE), (FILE, FILE)],
)
async def test_a_message_is_a_text_or_one_attachment(stage: Stage, attachment: JsonObject, sent: JsonObject) -> None:
    await connect(stage)
    node = {**SAY, "text": "", "attachment": attachment}
    await stage.publish({**DOCUMENT, "nodes": [node]})
    [person] = await stage.person(IdentityRef(IdentityKind.EXTERNAL_CONTACT, "ww1", "wmA"))
    await stage.log(stage.event(EventKind.KF_MESSAGE_RECEIVED, person, open_kfid="wk1"), handle=False)
    await stage.hear(stage.event(EventKind.LINK_OPENED, person, state="x"))
    await stage.go()
    [command] = await stage.ask("SELECT body FROM command")
    assert command.body["attachments"] == [sent]
    assert "text" not in command.body
    for wrong in (node | {"text": "您好"}, SAY | {"text": ""}):
        assert [each.code for each in read({"nodes": [wrong]})[1]] == ["form_one_message"]


async def test_what_is_attached_must_be_there_and_fit(stage: Stage) -> None:
    await connect(stage)
    for attachment, code in (
        (LINK, "file_unknown"),
        (PICTURE, "file_unknown"),
        (LINK | {"title": "长" * 43}, "text_too_long"),
    ):
        async with stage.units.begin() as unit:
            document = {"nodes": [{**SAY, "text": "", "attachment": attachment}]}
            _, _, [fault] = await examine(unit, document, no_webhooks)
        assert (fault.node, fault.field.partition(".")[0], fault.code) == ("say", "attachment", code)


async def test_who_wrote_long_ago_or_to_another_corp_is_nobody(stage: Stage) -> None:
    await connect(stage)
    await stage.publish(DOCUMENT)
    [old] = await stage.person(IdentityRef(IdentityKind.EXTERNAL_CONTACT, "ww1", "wmA"))
    [other] = await stage.person(IdentityRef(IdentityKind.EXTERNAL_CONTACT, "ww2", "wmB"))
    await stage.log(stage.event(EventKind.KF_MESSAGE_RECEIVED, old, open_kfid="wk1"), handle=False)
    stage.clock.at += timedelta(days=31)
    await stage.log(stage.event(EventKind.KF_MESSAGE_RECEIVED, other, open_kfid="wk9"), handle=False)
    await stage.hear(*(stage.event(EventKind.LINK_OPENED, each, state="x") for each in (old, other)))
    await stage.go()
    assert [(await stage.results(number))[0] for number in (1, 2)] == ["no_kf_talk", "no_kf_talk"]
    assert not await stage.ask("SELECT FROM command")
