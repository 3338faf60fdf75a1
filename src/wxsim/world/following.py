"""How people follow official accounts, talk to them, and leave."""

from typing import Any

from wxsim.world.chats import Chat
from wxsim.world.official_accounts import Follower, MessageWindow, OfficialAccount, SceneCode
from wxsim.world.people import Person
from wxsim.world.world import World


def follow(
    world: World,
    account: OfficialAccount,
    person: Person,
    code: SceneCode | None = None,
    subscribe_scene: str = "ADD_SCENE_SEARCH",
) -> Follower:
    """A person follows; a follower who scans a scene code only scans. No effect when nothing changes."""
    follower = _follower(world, account, person)
    if follower.subscribed:
        if code:
            _scan(world, account, follower, code)
        return follower
    follower.subscribed = True
    follower.subscribed_at = world.clock.unix()
    follower.subscribe_scene = subscribe_scene
    follower.qr_scene_str = code.scene if code and code.is_text else ""
    follower.qr_scene = int(code.scene) if code and not code.is_text else 0
    open_event_window(world, follower)
    chat = account_chat(world, account, person)
    chat.active = True
    world.show(chat, "notice", "text", text=f"你已关注{account.name}")
    cause = world.ledger.write("account.followed", **_named(account, follower), scene=code.scene if code else None)
    world.notices.followed(account, follower, code, cause)
    return follower


def unfollow(world: World, account: OfficialAccount, person: Person) -> bool:
    """A person leaves the account."""
    follower = account.followers.get(world.openid(account.appid, person))
    if follower is None or not follower.subscribed:
        return False
    follower.subscribed = False
    follower.windows.clear()
    follower.tag_ids.clear()
    account_chat(world, account, person).active = False
    cause = world.ledger.write("account.unfollowed", **_named(account, follower))
    world.notices.unfollowed(account, follower, cause)
    world.changes.touch()
    return True


def write(world: World, account: OfficialAccount, person: Person, text: str, menu_id: str = "") -> bool:
    """A follower writes to the account, or taps an item of a menu message."""
    follower = account.followers.get(world.openid(account.appid, person))
    if follower is None or not follower.subscribed:
        return False
    world.show(account_chat(world, account, person), "me", "text", text=text)
    if menu_id:
        open_event_window(world, follower)
    else:
        _open_message_window(world, follower)
    cause = world.ledger.write("account.said", **_named(account, follower), text=text)
    world.notices.account_message(account, follower, text, menu_id, cause)
    return True


def tap(world: World, account: OfficialAccount, person: Person, name: str) -> bool:
    """A follower taps the menu's button of that name; only ``click`` allows messages. False: there is no such one."""
    follower = account.followers.get(world.openid(account.appid, person))
    button = next((each for each in _leaves(account) if each.get("name") == name), None)
    if follower is None or not follower.subscribed or button is None:
        return False
    kind = str(button["type"])
    if kind == "click":
        open_event_window(world, follower)
    key = str(button.get({"click": "key", "view": "url"}.get(kind, "pagepath"), ""))
    cause = world.ledger.write("account.menu_used", **_named(account, follower), type=kind, key=key)
    world.notices.menu_used(account, follower, kind, key, cause)
    return True


def _leaves(account: OfficialAccount) -> list[dict[str, Any]]:
    """The buttons that do something: those without sub buttons, and sub buttons."""
    tops = account.menu or []
    return [leaf for top in tops for leaf in (top.get("sub_button") or [top])]


def account_chat(world: World, account: OfficialAccount, person: Person) -> Chat:
    """The account's chat on the person's phone."""
    return world.phone(person).open(f"account:{account.appid}", account.name, "account")


def open_event_window(world: World, follower: Follower) -> None:
    """Following, scanning and tapping allow a few messages for a short while."""
    limits = world.limits
    _open(world, follower, limits.event_window_count, limits.event_window_seconds)


def spend(world: World, follower: Follower) -> str:
    """Use one customer-service message: ``ok``, ``spent`` (count used up) or ``closed`` (no open window)."""
    now = world.clock.time()
    follower.windows = [window for window in follower.windows if now < window.until]
    if not follower.windows:
        return "closed"
    for window in follower.windows:
        if window.left is None:
            return "ok"
        if window.left > 0:
            window.left -= 1
            return "ok"
    return "spent"


def note_follower(world: World, account: OfficialAccount, person: Person, moment: int, subscribe_scene: str) -> None:
    """Somebody has followed since that moment; nobody is told."""
    follower = _follower(world, account, person)
    follower.subscribed, follower.subscribed_at, follower.subscribe_scene = True, moment, subscribe_scene


def _scan(world: World, account: OfficialAccount, follower: Follower, code: SceneCode) -> None:
    open_event_window(world, follower)
    cause = world.ledger.write("account.scanned", **_named(account, follower), scene=code.scene)
    world.notices.scanned(account, follower, code, cause)


def _follower(world: World, account: OfficialAccount, person: Person) -> Follower:
    openid = world.openid(account.appid, person)
    follower = account.followers.get(openid)
    if follower is None:
        follower = account.followers[openid] = Follower(person, openid, subscribed=False)
    return follower


def _open_message_window(world: World, follower: Follower) -> None:
    limits = world.limits
    _open(world, follower, limits.message_window_count, limits.message_window_seconds)


def _open(world: World, follower: Follower, count: int | None, seconds: int | None) -> None:
    """A new window replaces one of the same count: the allowance does not add up."""
    now = world.clock.time()
    until = float("inf") if seconds is None else now + seconds
    follower.windows = [each for each in follower.windows if now < each.until and until < each.until]
    follower.windows.insert(0, MessageWindow(count, until))


def _named(account: OfficialAccount, follower: Follower) -> dict[str, object]:
    return {"appid": account.appid, "openid": follower.openid, "person": follower.person.id}
