"""Making a version of a definition: what it names must exist, and what it listens for is written down."""

from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from weloop.accounts.api import list_accounts
from weloop.audience.api import find_segments, list_tags, open_attributes
from weloop.codes.api import CodeKind, find_codes
from weloop.content.api import (
    PICTURES,
    Attachment,
    FileAttachment,
    JoinWayAttachment,
    find_files,
    find_templates,
    list_scripts,
)
from weloop.contracts.accounts import AccountKind
from weloop.contracts.adverts import LABEL, is_labelled
from weloop.journeys.acts import EnterJourney, LeaveJourney, SendConfirmed, SetAttribute, StaffTask, TagPerson
from weloop.journeys.definition import (
    ANY,
    AnyNode,
    Definition,
    SendServiceMessage,
    SendWelcome,
    WaitUntil,
    Webhook,
    only_mark,
    triggers_of,
)
from weloop.journeys.messages import (
    InviteToGroup,
    KfLink,
    NotifyStaff,
    OnTemplate,
    SendKfMessage,
    SendNotice,
    SendTemplate,
)
from weloop.journeys.models import JourneyRow, VersionRow
from weloop.journeys.schedules import plan
from weloop.journeys.texts import fixed_part
from weloop.journeys.validation import Fault, read, segments_in, texts_of
from weloop.kit.db import columns, run
from weloop.kit.unit import UnitOfWork

WebhookAccounts: TypeAlias = Callable[[UnitOfWork, Collection[int]], Awaitable[Mapping[int, int]]]
"""(unit of work, webhook ids) → the account of each that is there. Filled in by the entry point."""


async def no_webhooks(_unit: UnitOfWork, _webhooks: Collection[int]) -> Mapping[int, int]:
    """Where none are known."""
    return {}


async def examine(
    unit: UnitOfWork, document: Mapping[str, Any], find_webhooks: WebhookAccounts
) -> tuple[Definition | None, Mapping[int, int], list[Fault]]:
    """The definition with the accounts of its webhooks, or its faults: of form, of sense, and what is not there."""
    definition, faults = read(document)
    if definition is None:
        return None, {}, faults
    nodes = definition.nodes
    webhooks = await find_webhooks(unit, {node.webhook_id for node in nodes if isinstance(node, Webhook)})
    accounts = {each.id: each.kind for each in await list_accounts(unit)}
    journeys = {node.journey_id for node in nodes if isinstance(node, EnterJourney | LeaveJourney)}
    known = await _find_journeys(unit, journeys) if journeys else set()
    tags = {tag.id for tag in await list_tags(unit)} if any(isinstance(each, TagPerson) for each in nodes) else set()
    attributes = (
        set(await open_attributes(unit)) if any(isinstance(each, SetAttribute) for each in nodes) else set[str]()
    )
    scripts = (
        {row.id for row in await list_scripts(unit)} if any(isinstance(each, StaffTask) for each in nodes) else set()
    )
    named = list(segments_in(definition))
    segments = await find_segments(unit, {segment for _, _, segment in named}) if named else {}
    for node_id, field, segment in named:
        if segment not in segments:
            faults.append(Fault(node_id, field, "segment_unknown", f"there is no segment {segment}, or it is archived"))
    for node in nodes:
        if isinstance(node, Webhook) and node.webhook_id not in webhooks:
            faults.append(Fault(node.id, "webhook_id", "webhook_unknown", "there is no such webhook"))
        kind = _kind_of(node)
        if kind is not None and accounts.get(getattr(node, "account_id", 0)) is not kind:
            faults.append(Fault(node.id, "account_id", "account_unknown", f"there is no such account of kind {kind}"))
        if isinstance(node, TagPerson) and node.tag_id not in tags:
            faults.append(Fault(node.id, "tag_id", "tag_unknown", "there is no such tag"))
        if isinstance(node, StaffTask) and node.script_id is not None and node.script_id not in scripts:
            faults.append(Fault(node.id, "script_id", "script_unknown", "there is no such script"))
        if isinstance(node, SetAttribute) and node.key not in attributes:
            faults.append(Fault(node.id, "key", "attribute_unknown", "there is no such attribute"))
        if isinstance(node, EnterJourney | LeaveJourney) and node.journey_id not in known:
            faults.append(Fault(node.id, "journey_id", "journey_unknown", "there is no such journey"))
    faults += _find_advert_faults(nodes)
    faults += await _find_attachment_faults(unit, list(_attachments_of(nodes)))
    faults += await _find_template_faults(unit, [each for each in nodes if isinstance(each, OnTemplate)])
    faults += await _find_invitation_faults(unit, [each for each in nodes if isinstance(each, InviteToGroup)])
    return (None if faults else definition), webhooks, faults


def _find_advert_faults(nodes: Sequence[AnyNode]) -> Iterator[Fault]:
    """Advertisements that do not say so, whatever their variables are. Versions of before the rule go on."""
    for node in nodes:
        if getattr(node, "advert", False):
            said = {field: fixed_part(text) for field, text, _ in texts_of(node) if text and field in _READ_AT_ONCE}
            if not is_labelled(said.values()):
                yield Fault(node.id, next(iter(said), "advert"), "advert_unlabelled", f"it must say {LABEL}")


_READ_AT_ONCE = frozenset({"text", "attachment.title"})


def _attachments_of(nodes: Sequence[AnyNode]) -> Iterator[tuple[str, str, Attachment | KfLink]]:
    """(node, field, attachment)."""
    for node in nodes:
        if isinstance(node, SendWelcome):
            yield from ((node.id, f"attachments.{number}", each) for number, each in enumerate(node.attachments))
        elif isinstance(node, SendKfMessage) and node.attachment is not None:
            yield node.id, "attachment", node.attachment


async def _find_attachment_faults(
    unit: UnitOfWork, listed: Sequence[tuple[str, str, Attachment | KfLink]]
) -> list[Fault]:
    """Files and group codes that are not there, or are none."""
    wanted = {each.file_id for _, _, each in listed if isinstance(each, FileAttachment | KfLink)}
    files = {each.id: each for each in await find_files(unit, sorted(wanted))} if wanted else {}
    ways = await _find_join_ways(unit, {each.code for _, _, each in listed if isinstance(each, JoinWayAttachment)})
    faults = []
    for node_id, field, each in listed:
        code = ""
        if isinstance(each, FileAttachment | KfLink):
            file = files.get(each.file_id)
            if file is None:
                code = "file_unknown"
            elif each.type != "file" and file.mime not in PICTURES:
                code = "file_not_image"
        elif isinstance(each, JoinWayAttachment) and each.code not in ways:
            code = "join_way_unknown"
        if code:
            faults.append(Fault(node_id, field, code, "there is no such thing to attach"))
    return faults


async def _find_template_faults(unit: UnitOfWork, nodes: Sequence[OnTemplate]) -> list[Fault]:
    """Templates that the account does not have in use, places that are not theirs, and those that are left open."""
    known = await find_templates(unit, {node.account_id for node in nodes})
    faults = []
    for node in nodes:
        template = known.get((node.account_id, node.template_id))
        if template is None or (template.kind == "template") is isinstance(node, SendNotice):
            faults.append(Fault(node.id, "template_id", "template_unknown", "the account has no such template"))
            continue
        places = {place.key for place in template.places}
        for place in sorted(places ^ node.values.keys()):
            faults.append(
                Fault(
                    node.id,
                    f"values.{place}",
                    "value_missing" if place in places else "place_unknown",
                    "the template's places are to be filled, no others",
                )
            )
    return faults


async def _find_invitation_faults(unit: UnitOfWork, nodes: Sequence[InviteToGroup]) -> list[Fault]:
    """Codes of group chats that are none."""
    known = await _find_join_ways(unit, {node.code for node in nodes})
    return [
        Fault(node.id, "code", "join_way_unknown", "there is no such join way")
        for node in nodes
        if node.code not in known
    ]


async def _find_join_ways(unit: UnitOfWork, states: Collection[str]) -> set[str]:
    """Those of these state codes that join ways have."""
    codes = await find_codes(unit, states) if states else {}
    return {state for state, code in codes.items() if code.kind is CodeKind.JOIN_WAY}


def _kind_of(node: AnyNode) -> AccountKind | None:
    """Of which kind the account is that a node names."""
    if isinstance(node, InviteToGroup):
        return AccountKind.WECOM if node.by == "confirmed" else AccountKind.OFFICIAL_ACCOUNT
    return _KINDS.get(type(node))


_KINDS = {
    SendServiceMessage: AccountKind.OFFICIAL_ACCOUNT,
    SendTemplate: AccountKind.OFFICIAL_ACCOUNT,
    SendNotice: AccountKind.OFFICIAL_ACCOUNT,
    SendConfirmed: AccountKind.WECOM,
    SendKfMessage: AccountKind.WECOM,
    NotifyStaff: AccountKind.WECOM,
    StaffTask: AccountKind.WECOM,
}
"""Nodes that name an account, with its kind."""


async def _find_journeys(unit: UnitOfWork, journeys: Collection[int]) -> set[int]:
    rows = await run(
        unit.connection, "SELECT id FROM journey WHERE id = ANY ($1::int[]) AND key IS NULL", sorted(journeys)
    )
    return {row.id for row in rows}


async def put_version(
    unit: UnitOfWork, journey: JourneyRow, definition: Definition, webhooks: Mapping[int, int], user_id: int | None
) -> VersionRow:
    """Let people enter a new version; who is inside stays on theirs."""
    rows = await run(
        unit.connection,
        "SELECT coalesce(max(number), 0) + 1 AS number FROM journey_version WHERE journey_id = $1",
        journey.id,
    )
    version = VersionRow(
        journey_id=journey.id,
        number=rows[0].number,
        definition=definition.model_dump(mode="json"),
        webhooks={str(webhook): account for webhook, account in webhooks.items()},
        published_by=user_id,
        published_at=unit.now,
    )
    unit.session.add(version)
    await unit.session.flush()
    if journey.version_id is not None:
        await run(
            unit.connection,
            "DELETE FROM journey_trigger WHERE version_id = $1 AND what = 'entry'",
            journey.version_id,
        )
    await _put_triggers(unit, version.id, definition)
    await plan(unit, journey.id, definition.entry.schedule)
    journey.version_id = version.id
    journey.status, journey.reason, journey.tried, journey.failed = "live", None, 0, 0
    journey.updated_at = unit.now
    return version


async def _put_triggers(unit: UnitOfWork, version_id: int, definition: Definition) -> None:
    rows = [
        (number, what, str(trigger.kind), trigger.account_id, only_mark(trigger))
        for number, (what, trigger) in enumerate(triggers_of(definition))
    ]
    if any(isinstance(node, WaitUntil) for node in definition.nodes):
        rows.append((len(rows), "wait", ANY, None, None))
    if rows:
        await run(
            unit.connection,
            """
            INSERT INTO journey_trigger (version_id, number, what, kind, account_id, mark)
            SELECT $6::int, u.*
            FROM unnest($1::smallint[], $2::text[], $3::text[], $4::int[], $5::text[])
                AS u (number, what, kind, account_id, mark)
            """,
            *columns(rows, 5),
            version_id,
        )
