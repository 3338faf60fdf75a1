"""People who were there before: fans and customers in large numbers, entered without a sound.

Nobody is called back about them and their phones are empty. They take about a kilobyte each.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from random import Random

from wxsim.world.contacts import ADDED_BY_CODE
from wxsim.world.corps import Corp, Friendship
from wxsim.world.following import note_follower
from wxsim.world.group_chats import INVITED, ChatMember, GroupChat
from wxsim.world.official_accounts import OfficialAccount
from wxsim.world.people import NOBODYS_RANGE, Person, invent_name
from wxsim.world.world import World

YEAR = 365 * 86400
ALSO_FANS = 0.3
"""Share of customers who follow the account as well."""
SCENES = ("ADD_SCENE_SEARCH", "ADD_SCENE_QR_CODE", "ADD_SCENE_PROFILE_CARD", "ADD_SCENE_WECHAT_ADVERTISEMENT")


def add_fans(world: World, account: OfficialAccount, count: int) -> list[Person]:
    """Followers who came during the two years before this moment, oldest first."""
    random = Random(f"{world.seed}:fans:{account.appid}")
    people = _people(world, random, count)
    for person, moment in zip(people, _moments(world, random, count), strict=True):
        note_follower(world, account, person, moment, random.choice(SCENES))
    world.ledger.write("crowd.fans", appid=account.appid, count=count)
    return people


def add_customers(world: World, corp: Corp, shares: Mapping[str, int], fans: Sequence[Person]) -> list[Person]:
    """Customers by userid of their member; some of them are fans. Answers them, oldest first of each member."""
    random = Random(f"{world.seed}:customers:{corp.corpid}")
    known = iter(random.sample(list(fans), min(len(fans), int(sum(shares.values()) * ALSO_FANS))))
    customers: list[Person] = []
    for userid, count in shares.items():
        strangers = iter(_people(world, random, count))
        for moment in _moments(world, random, count):
            person = (next(known, None) if random.random() < ALSO_FANS else None) or next(strangers)
            _befriend(world, corp, userid, person, moment)
            customers.append(person)
    world.ledger.write("crowd.customers", corpid=corp.corpid, shares=dict(shares))
    return customers


def add_group_members(world: World, corp: Corp, chat: GroupChat, people: Iterable[Person]) -> None:
    """Customers who were in the group chat already."""
    for person in people:
        external = world.external_userid(corp.corpid, person)
        chat.members[external] = ChatMember(external, chat.created_at, INVITED, person, invitor=chat.owner, silent=True)
    world.ledger.write("crowd.group", corpid=corp.corpid, chat_id=chat.chat_id, count=len(chat.members))


def _people(world: World, random: Random, count: int) -> list[Person]:
    """New people whom the ledger counts together."""
    people = []
    for _ in range(count):
        name, gender = invent_name(random)
        created = int(world.clock.time()) - YEAR * 2
        phone = f"{NOBODYS_RANGE}{random.randrange(10**9):09d}"
        people.append(world.enter(Person(world.fresh_person_id(), name, gender, phone, created)))
    return people


def _moments(world: World, random: Random, count: int) -> Iterator[int]:
    """So many moments of the two years before, in order."""
    now = int(world.clock.time())
    return iter(sorted(now - random.randrange(YEAR * 2) for _ in range(count)))


def _befriend(world: World, corp: Corp, userid: str, person: Person, moment: int) -> None:
    external = world.external_userid(corp.corpid, person)
    friendship = Friendship(person, external, userid, moment, ADDED_BY_CODE, external)
    corp.followers_of.setdefault(external, {})[userid.lower()] = friendship
    corp.customers_of.setdefault(userid.lower(), {})[external] = friendship
