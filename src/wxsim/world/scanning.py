"""A person holds the phone to a QR code."""

from dataclasses import dataclass

from wxsim.world.codes import AccountCode, GroupCode, KfCode, code_id
from wxsim.world.contacts import ask
from wxsim.world.following import follow
from wxsim.world.group_chats import enter_by_code
from wxsim.world.kf import enter_session
from wxsim.world.people import Person
from wxsim.world.world import World


@dataclass(frozen=True, slots=True)
class ScanOutcome:
    """``kind``: friend_added, friend_requested, already_friends, nobody_available, followed, scanned, expired,
    unknown_code, not_for_you, group_joined, already_in_group, group_full, kf_entered.
    ``chat`` is the chat that opens, ``name`` the other party."""

    kind: str
    chat: str = ""
    name: str = ""


def scan(world: World, person: Person, content: str) -> ScanOutcome:
    """Scan a code given by its content (the URL in it)."""
    code = world.codes.get(code_id(content))
    if code is None:
        world.ledger.write("code.unknown", person=person.id)
        return ScanOutcome("unknown_code")
    if isinstance(code, AccountCode):
        return _scan_account(world, person, code)
    if isinstance(code, GroupCode):
        kind, chat = enter_by_code(world, code.corp, code.way, person)
        key = f"group:{code.corp.corpid}:{chat.chat_id}" if chat else ""
        return ScanOutcome(kind, key, chat.name if chat else "")
    if isinstance(code, KfCode):
        return ScanOutcome(
            "kf_entered", enter_session(world, code.corp, code.account, person, code.scene).key, code.account.name
        )
    if code.way.unionid and code.way.unionid != world.unionid(code.corp.open_platform, person):
        return ScanOutcome("not_for_you")
    if code.way.is_temp and world.clock.unix() >= code.way.created_at + code.way.expires_in:
        return ScanOutcome("expired")
    kind, member = ask(world, code.corp, code.way, person)
    if member is None:
        return ScanOutcome(kind)
    if code.way.is_temp and kind == "friend_added":
        world.codes.pop(code.id, None)
    return ScanOutcome(kind, f"staff:{code.corp.corpid}:{member.userid.lower()}", member.name)


def _scan_account(world: World, person: Person, code: AccountCode) -> ScanOutcome:
    scene = code.scene
    if scene and scene.expires_at is not None and world.clock.time() >= scene.expires_at:
        return ScanOutcome("expired")
    account = code.account
    known = account.followers.get(world.openid(account.appid, person))
    kind = "scanned" if known and known.subscribed else "followed"
    follow(world, account, person, scene, "ADD_SCENE_QR_CODE")
    return ScanOutcome(kind, f"account:{account.appid}", account.name)
