"""The whole company: the ready world with its fans, customers and group chats, and the story that leads to today."""

from wxsim.ids import HEX
from wxsim.story.curves import begin_of
from wxsim.story.plan import Deed, make_plan
from wxsim.story.player import Story
from wxsim.story.script import Script, load_script
from wxsim.world.corps import Corp, Member
from wxsim.world.crowd import add_customers, add_fans, add_group_members
from wxsim.world.demo import APPID, CORPID, add_member
from wxsim.world.group_chats import create_group_chat
from wxsim.world.people import Person
from wxsim.world.world import World

COMPANY = "company"
MARKETERS = (
    ("fangyuan", "方圆", 1, "市场负责人"),
    ("liuqing", "柳青", 2, "内容编辑"),
)
"""Beside the one of the ready world."""


def build_company(world: World, ends_at: float | None = None, story: str = COMPANY) -> None:
    """Add everything of a ``story`` to the ready world.

    With ``ends_at`` the clock must stand where the story begins, and the crowd is so much smaller that the story's
    people make it up by its end.
    """
    script = load_script(story)
    corp, account = world.corps[CORPID], world.accounts[APPID]
    for userid, name, gender, position in MARKETERS:
        add_member(world, corp, Member(userid, name, [2], gender, position, contact_enabled=False))
    fans, shares = _at_first(script, world, ends_at)
    people = add_fans(world, account, fans)
    _group(world, corp, script, add_customers(world, corp, shares, people))
    if ends_at is not None:
        Story(world).begin(story, ends_at)


def story_begin(ends_at: float, name: str = COMPANY) -> float:
    """Where the clock must stand for a story that leads to ``ends_at``."""
    return begin_of(ends_at, load_script(name).days)


def _at_first(script: Script, world: World, ends_at: float | None) -> tuple[int, dict[str, int]]:
    fans, shares = int(script.crowd["fans"]), {name: int(count) for name, count in script.crowd["members"].items()}
    if ends_at is None or not fans:
        return fans, shares
    plan = make_plan(script, world.seed, begin_of(ends_at, script.days), ends_at)
    fans -= sum({Deed.FOLLOW: 1, Deed.UNFOLLOW: -1}.get(act.deed, 0) for act in (*plan.acts, *plan.behind))
    takers = [name for name in shares if name not in script.crowd["full"]]
    for number in range(script.friends):
        shares[takers[number % len(takers)]] -= 1
    return fans, shares


def _group(world: World, corp: Corp, script: Script, customers: list[Person]) -> None:
    """Group chats that were there before, each with some of the customers."""
    callbacks, world.switches.callbacks = world.switches.callbacks, False
    place = 0
    for group in script.groups:
        owner = corp.members[group["owner"]]
        chat = create_group_chat(world, corp, owner, group["name"])
        count = max(0, group["members"] - len(chat.members))
        add_group_members(world, corp, chat, customers[place : place + count])
        chat.version = world.ids.derive(32, "group", chat.chat_id, alphabet=HEX)
        place += count
    world.switches.callbacks = callbacks
