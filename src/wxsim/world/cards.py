"""Template cards that apps send to members: their buttons, and the codes by which an app may change them."""

from dataclasses import dataclass, field

from wxsim.ids import TOKEN
from wxsim.world.chats import Message
from wxsim.world.corps import Corp, Member, WecomApp
from wxsim.world.world import World


@dataclass(slots=True, eq=False)
class StaffCard:
    """One card as it was sent; ``shown`` holds the bubble of each member by lower-case userid."""

    agentid: int
    task_id: str
    card_type: str
    keys: frozenset[str]
    shown: dict[str, Message] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class CardCode:
    """A response code: its holder may change the card once."""

    card: StaffCard
    expires_at: float
    used: bool = False


def keep(world: World, corp: Corp, card: StaffCard) -> str:
    """Remember an interactive card; gives the response code of its sending."""
    corp.cards[card.agentid, card.task_id] = card
    return _issue(world, corp, card, world.limits.card_code_seconds)


def press(world: World, corp: Corp, app: WecomApp, member: Member, task_id: str, key: str) -> bool:
    """A member presses a button. False when there is no such button on their phone any more."""
    card = corp.cards.get((app.agentid, task_id))
    bubble = card.shown.get(member.userid.lower()) if card else None
    if card is None or bubble is None or key not in card.keys or bubble.body.get("replaced"):
        return False
    bubble.body["pressed"] = key
    code = _issue(world, corp, card, world.limits.card_callback_code_seconds)
    cause = world.ledger.write(
        "card.pressed", corpid=corp.corpid, agentid=app.agentid, userid=member.userid, task_id=task_id, key=key
    )
    world.notices.card_pressed(corp, app.agentid, member.userid, card, key, code, cause)
    world.changes.touch()
    return True


def replace(world: World, corp: Corp, code: CardCode, userids: list[str], name: str) -> list[str]:
    """Take the buttons off the card of these members and write ``name`` instead; gives those who do not have it."""
    code.used = True
    missing = []
    for userid in userids:
        bubble = code.card.shown.get(userid.lower())
        if bubble is None:
            missing.append(userid)
        else:
            bubble.body |= {"replaced": name, "pressed": ""}
    world.ledger.write("card.replaced", corpid=corp.corpid, task_id=code.card.task_id, to=userids, name=name)
    world.changes.touch()
    return missing


def _issue(world: World, corp: Corp, card: StaffCard, seconds: int) -> str:
    text = world.ids.fresh(43, "response code", alphabet=TOKEN)
    corp.card_codes[text] = CardCode(card, world.clock.time() + seconds)
    return text
