"""The customer of a chat, what can be sent there, and what came of it: put together from the modules that know."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from weloop.access.api import CurrentStaff
from weloop.accounts.api import find_account
from weloop.codes.api import find_codes
from weloop.content.api import ArticleKind, find_files, list_articles, list_scripts
from weloop.contracts.errors import NotAllowed, NotFound, TooManyTries
from weloop.contracts.events import EventKind, NewEvent
from weloop.contracts.identities import IdentityKind, IdentityRef
from weloop.contracts.json import JsonObject
from weloop.entrypoints.http.h5.desk import Owner
from weloop.entrypoints.http.h5.sidebar_schemas import MaterialType, Report
from weloop.features.sources.api import list_attachments
from weloop.identity.api import find_faces, find_friends, find_persons
from weloop.kit.clock import machine_now
from weloop.kit.unit import UnitOfWork
from weloop.leads import api as leads
from weloop.staff.api import find_names

EVIDENCE = "sidebar"
MOST_ARTICLES = 50
"""More than anybody looks through beside a chat."""


@dataclass(frozen=True, slots=True)
class CustomerLead:
    """An open lead. The id is text, since JavaScript would round it."""

    id: str
    stage: str
    mine: bool
    staff: str | None
    evidence: str | None


@dataclass(frozen=True, slots=True)
class Customer:
    """A friend of the member. ``identity_id``: of the external contact, the subject of what is sent."""

    identity_id: int
    name: str | None
    company: str | None
    source: str | None
    member: str
    lead: CustomerLead | None
    person_id: int


@dataclass(frozen=True, slots=True)
class Script:
    """A text with ``{{…}}`` still in it."""

    id: int
    name: str
    category: str
    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """A card with a link; ``article`` is the id of an article of ours."""

    title: str
    url: str
    desc: str = ""
    picurl: str = ""
    article: int | None = None


@dataclass(frozen=True, slots=True)
class File:
    """A picture or a file."""

    id: int
    type: MaterialType
    name: str


@dataclass(frozen=True, slots=True)
class Materials:
    """All that can be sent."""

    scripts: Sequence[Script]
    links: Sequence[Link]
    files: Sequence[File]


async def find_customer(unit: UnitOfWork, owner: Owner, external_userid: str) -> Customer:
    """The customer behind an ``external_userid`` of the member's corp.

    NotFound for who is not known here, NotAllowed where member and customer are no friends.
    """
    account = await find_account(unit, owner.account_id)
    ref = IdentityRef(IdentityKind.EXTERNAL_CONTACT, account.app_id, external_userid)
    person = (await find_persons(unit, {ref.id})).get(ref.id)
    if person is None:
        raise NotFound("this customer is not known", code="sidebar_unknown")
    friends = (await find_friends(unit, [person])).get((owner.account_id, person), ())
    if owner.userid not in friends:
        raise NotAllowed("this customer is not the member's friend", code="sidebar_not_friend")
    face = (await find_faces(unit, [person]))[person]
    lead = await leads.find_open_lead(unit, person, owner.account_id)
    state = lead.state if lead and lead.state else face.state_code
    codes = await find_codes(unit, {state} if state else set())
    names = await find_names(unit, owner.account_id, [owner.userid, *([lead.staff] if lead and lead.staff else [])])
    shown = None
    if lead is not None:
        by = names.get(lead.staff, lead.staff) if lead.staff else None
        shown = CustomerLead(str(lead.id), lead.stage, lead.staff == owner.userid, by, lead.evidence)
    return Customer(
        identity_id=ref.id,
        name=face.name,
        company=face.company,
        source=codes[state].name if state in codes else None,
        member=names.get(owner.userid, owner.userid),
        lead=shown,
        person_id=person,
    )


async def note_sent(unit: UnitOfWork, owner: Owner, customer: Customer, report: Report) -> None:
    """Note in the log what the page says was sent; the customer's open lead has had its first contact by it.

    Whoever of their friends it was, the customer has been written to (ADR 0025); only the owner has accepted by it.
    """
    lead = await leads.lock_open_lead(unit, customer.person_id, owner.account_id)
    data: JsonObject = {
        "staff": owner.userid,
        "type": report.type,
        **({"script": report.script} if report.script else {}),
        **({"article": report.article} if report.article else {}),
        **({"lead_id": lead.id} if lead else {}),
    }
    personal: JsonObject = {
        key: value for key, value in (("text", report.text), ("title", report.title), ("url", report.url)) if value
    }
    unit.append(
        NewEvent(
            account_id=owner.account_id,
            kind=EventKind.SIDEBAR_SENT,
            dedupe=f"sidebar:{owner.userid}:{report.client_id}",
            occurred_at=unit.now,
            identity_id=customer.identity_id,
            data=data,
            personal=personal,
        )
    )
    if lead is None:
        return
    if lead.staff == owner.userid:
        await leads.mark_contacted(unit, lead, leads.Actor("h5", owner.userid), EVIDENCE)
    else:
        await leads.prove_contact(unit, lead, unit.now, owner.userid, EVIDENCE)


async def list_materials(unit: UnitOfWork) -> Materials:
    """What can be sent: scripts, links of the newest articles that are out and of welcomes, files of welcomes."""
    attachments = await list_attachments(unit)
    out = [each for each in await list_articles(unit) if each.kind is not ArticleKind.DRAFT]
    articles = [each for each in out if each.url.startswith(("http://", "https://"))]
    links = [Link(each.title, each.url, article=each.id) for each in articles[:MOST_ARTICLES]]
    known = {link.url for link in links}
    links += [
        Link(str(each["title"]), str(each["url"]), str(each.get("desc") or ""), str(each.get("picurl") or ""))
        for each in attachments
        if each["type"] == "link" and each["url"] not in known
    ]
    return Materials(
        [Script(row.id, row.name, row.category, row.text) for row in await list_scripts(unit)],
        links,
        await _files(unit, attachments),
    )


async def find_file(unit: UnitOfWork, file_id: int) -> File:
    """A file that can be sent; NotFound for any other."""
    found = next((file for file in await _files(unit, await list_attachments(unit)) if file.id == file_id), None)
    if found is None:
        raise NotFound("this file is not offered", code="file_not_found")
    return found


async def _files(unit: UnitOfWork, attachments: Sequence[JsonObject]) -> list[File]:
    wanted: dict[int, JsonObject] = {}
    for each in attachments:
        file_id = each.get("file_id")
        if each["type"] in ("image", "file") and isinstance(file_id, int):
            wanted.setdefault(file_id, each)
    names = {ref.id: ref.name for ref in await find_files(unit, list(wanted))}
    return [
        File(file_id, "image" if each["type"] == "image" else "file", str(each.get("name") or names[file_id]))
        for file_id, each in wanted.items()
        if file_id in names
    ]


@dataclass(slots=True)
class SendRate:
    """How often a member may report within a minute of machine time; kept in this process."""

    most: int = 30
    window: timedelta = timedelta(minutes=1)
    _told: dict[tuple[int, str], deque[datetime]] = field(default_factory=dict)

    def take(self, staff: CurrentStaff) -> None:
        """Count one report; TooManyTries above the limit."""
        now = machine_now()
        times = self._told.setdefault((staff.account_id, staff.userid), deque(maxlen=self.most))
        if len(times) == self.most and now - times[0] < self.window:
            seconds = int((times[0] + self.window - now).total_seconds()) + 1
            raise TooManyTries("too many reports", code="sidebar_rate", seconds=seconds)
        times.append(now)
