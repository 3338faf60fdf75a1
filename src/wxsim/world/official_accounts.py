"""An official account: its followers, their message windows, its scene codes."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from wxsim.world.articles import Article
from wxsim.world.people import Person
from wxsim.world.settings import CallbackSettings

if TYPE_CHECKING:
    from wxsim.world.account_mass import MassJob
    from wxsim.world.message_templates import MessageTemplate


@dataclass(slots=True, eq=False)
class MessageWindow:
    """How many customer-service messages are still allowed, and until when."""

    left: int | None
    until: float


@dataclass(slots=True, eq=False)
class Follower:
    """One person and one account; stays, with ``subscribed`` False, after an unfollow."""

    person: Person
    openid: str
    subscribed: bool = True
    subscribed_at: int = 0
    subscribe_scene: str = "ADD_SCENE_SEARCH"
    qr_scene: int = 0
    qr_scene_str: str = ""
    remark: str = ""
    tag_ids: list[int] = field(default_factory=list)
    windows: list[MessageWindow] = field(default_factory=list)
    blocked: bool = False
    """The person refuses messages of this account."""
    mass_at: list[float] = field(default_factory=list)
    """When mass messages came."""
    template_ids: dict[str, tuple[int, float]] = field(default_factory=dict)
    """Template messages by their ``client_msg_id``: (message id, when)."""
    permissions: dict[str, int] = field(default_factory=dict)
    """How many subscription notices may still come, by template."""


@dataclass(slots=True, eq=False)
class SceneCode:
    """A QR code with a scene. ``expires_at`` None = permanent."""

    ticket: str
    url: str
    scene: str
    is_text: bool
    created_at: int
    expires_at: float | None = None


@dataclass(slots=True, eq=False)
class OfficialAccount:
    """公众号. ``trusted_ips`` None = every caller; ``open_platform`` None = followers have no unionid."""

    appid: str
    secret: str
    original_id: str
    name: str
    kind: Literal["service", "subscription"] = "service"
    verified: bool = True
    open_platform: str | None = None
    trusted_ips: set[str] | None = None
    callback: CallbackSettings | None = None
    code_url: str = ""
    followers: dict[str, Follower] = field(default_factory=dict)
    scene_codes: dict[str, SceneCode] = field(default_factory=dict)
    permanent_codes: int = 0
    tags: dict[int, str] = field(default_factory=dict)
    articles: dict[str, Article] = field(default_factory=dict)
    """Drafts and published ones, by the world's own key."""
    menu: list[dict[str, Any]] | None = None
    """The buttons of the menu, as they were created; None: the account has none."""
    messages: int = 0
    """Messages sent or published so far: they are numbered."""
    mass_jobs: "dict[int, MassJob]" = field(default_factory=dict)
    templates: "dict[str, MessageTemplate]" = field(default_factory=dict)
    clears: dict[int, int] = field(default_factory=dict)
    """Quota resets used, by month number."""
