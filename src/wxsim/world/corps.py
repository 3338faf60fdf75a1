"""A WeCom corp: departments, members, apps, customers, contact ways, tags."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from wxsim.world.people import Person
from wxsim.world.settings import CallbackSettings

if TYPE_CHECKING:
    from wxsim.world.cards import CardCode, StaffCard
    from wxsim.world.group_chats import GroupChat, JoinWay
    from wxsim.world.kf import KfAccount
    from wxsim.world.mass_messages import MassTask
    from wxsim.world.moments import MomentTask
    from wxsim.world.visits import PageCode


@dataclass(slots=True)
class Department:
    """A node of the corp's tree; the root has id 1 and parent 0."""

    id: int
    name: str
    parent_id: int = 1
    order: int = 0
    leaders: list[str] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Member:
    """A member of staff. ``status``: 1 active, 2 disabled, 4 not activated, 5 left."""

    userid: str
    name: str
    departments: list[int]
    gender: int = 0
    position: str = ""
    alias: str = ""
    status: int = 1
    contact_enabled: bool = True
    real_name_verified: bool = True
    console_welcome: str | None = None
    """A welcome set in the admin console: it is sent instead, and no WelcomeCode is issued."""


@dataclass(slots=True, eq=False)
class WecomApp:
    """A self-built app. ``visible``, ``trusted_ips``, ``trusted_domains`` of None: everybody, no check."""

    agentid: int
    name: str
    secret: str
    visible: set[str] | None = None
    contact_api: bool = True
    kf_api: bool = True
    archive_api: bool = True
    trusted_ips: set[str] | None = None
    trusted_domains: set[str] | None = None
    callback: CallbackSettings | None = None
    toolbar_url: str = ""
    """The page that 聊天工具栏 opens beside a chat; empty: the app has none."""


@dataclass(slots=True, eq=False)
class WelcomeCode:
    """The one chance to greet a new customer through the API."""

    code: str
    issued_at: float
    used_at: float | None = None


@dataclass(slots=True, eq=False)
class Friendship:
    """One member and one customer. ``add_way`` 1 = QR code, 0 = unknown; ``oper_userid`` = who asked."""

    person: Person
    external_userid: str
    userid: str
    created_at: int
    add_way: int
    oper_userid: str
    state: str = ""
    half: bool = False
    chatted: bool = False
    left_by_customer: bool = False
    welcome: WelcomeCode | None = None
    remark: str = ""
    description: str = ""
    company: str = ""
    mobiles: list[str] = field(default_factory=list)
    tag_ids: list[str] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class ContactWay:
    """A 「联系我」 code as the API keeps it; ``unionid`` and temporary ways only restrict who may scan."""

    config_id: str
    agentid: int
    type: int
    scene: int
    created_at: int
    qr_code: str = ""
    style: int = 0
    remark: str = ""
    skip_verify: bool = True
    state: str = ""
    users: list[str] = field(default_factory=list)
    parties: list[int] = field(default_factory=list)
    is_temp: bool = False
    expires_in: int = 0
    chat_expires_in: int = 0
    unionid: str = ""
    is_exclusive: bool = False
    mark_source: bool = True
    conclusions: dict[str, object] = field(default_factory=dict)
    turn: int = 0
    """How many adds it has passed on: members take turns."""


@dataclass(slots=True)
class CorpTag:
    """A tag; only the app that made it may change it."""

    id: str
    name: str
    created_at: int
    order: int
    agentid: int
    deleted: bool = False


@dataclass(slots=True)
class TagGroup:
    """Tags under one heading."""

    id: str
    name: str
    created_at: int
    order: int
    agentid: int
    deleted: bool = False
    tags: dict[str, CorpTag] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Corp:
    """A company in WeCom. ``open_platform`` names the entity it is bound to; None = customers have no unionid."""

    corpid: str
    name: str
    open_platform: str | None = None
    departments: dict[int, Department] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    apps: dict[int, WecomApp] = field(default_factory=dict)
    contact_ways: dict[str, ContactWay] = field(default_factory=dict)
    permanent_ways: int = 0
    tag_groups: dict[str, TagGroup] = field(default_factory=dict)
    followers_of: dict[str, dict[str, Friendship]] = field(default_factory=dict)
    customers_of: dict[str, dict[str, Friendship]] = field(default_factory=dict)
    requests: dict[tuple[str, str], Friendship] = field(default_factory=dict)
    welcome_codes: dict[str, Friendship] = field(default_factory=dict)
    cards: "dict[tuple[int, str], StaffCard]" = field(default_factory=dict)
    """Interactive cards by agentid and task id."""
    card_codes: "dict[str, CardCode]" = field(default_factory=dict)
    page_codes: "dict[str, PageCode]" = field(default_factory=dict)
    group_chats: "dict[str, GroupChat]" = field(default_factory=dict)
    join_ways: "dict[str, JoinWay]" = field(default_factory=dict)
    kf_accounts: "dict[str, KfAccount]" = field(default_factory=dict)
    archive_consents: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)
    """(userid in lower case, external_userid) to what the customer said, and when."""
    mass_tasks: "dict[str, MassTask]" = field(default_factory=dict)
    mass_received: dict[str, list[float]] = field(default_factory=dict)
    """When each customer got mass messages, whichever member sent them."""
    moment_jobs: "dict[str, MomentTask]" = field(default_factory=dict)
    moments: "dict[str, MomentTask]" = field(default_factory=dict)
    """Of the jobs that ended well, by moment id."""
    moments_seen: dict[str, list[float]] = field(default_factory=dict)
    """When each customer was shown posts of the corp, whichever member published them."""

    def member(self, userid: str) -> Member | None:
        """Look up a member; userids match without regard to case."""
        return self.members.get(userid.lower())

    def members_in(self, department: int) -> list[Member]:
        """Members of a department and of everything below it."""
        wanted = self.branch(department)
        return [each for each in self.members.values() if wanted.intersection(each.departments)]

    def branch(self, department: int) -> set[int]:
        """Ids of a department and of everything below it."""
        found = {department} if department in self.departments else set()
        size = 0
        while len(found) > size:
            size = len(found)
            found |= {each.id for each in self.departments.values() if each.parent_id in found}
        return found

    def friendship(self, userid: str, external_userid: str) -> Friendship | None:
        """The relation of one member and one customer."""
        return self.followers_of.get(external_userid, {}).get(userid.lower())

    def way_members(self, way: ContactWay) -> list[Member]:
        """Members behind a contact way, departments expanded, each once, in order."""
        found = {userid.lower(): self.members[userid.lower()] for userid in way.users if self.member(userid)}
        for party in way.parties:
            found.update({each.userid.lower(): each for each in self.members_in(party)})
        return list(found.values())

    def tag(self, tag_id: str) -> tuple[TagGroup, CorpTag] | None:
        """A living tag with its group."""
        for group in self.tag_groups.values():
            tag = group.tags.get(tag_id)
            if tag and not tag.deleted:
                return group, tag
        return None
