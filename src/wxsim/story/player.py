"""Plays a story moment by moment. Who drives it waits between moments until the product has nothing left to do.

People's acts happen here, in the world. What staff do in the product, and what the company's website reports, is handed
to the driver: it does these as a person would, over the product's own interface.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from wxsim.story.chains import plan_chain
from wxsim.story.curves import DAY, begin_of
from wxsim.story.forward import plan_forward, rates_of
from wxsim.story.plan import DESK, Act, Deed, Plan, make_plan
from wxsim.story.script import Script, load_script
from wxsim.story.state import Chapter, Footer, StoryState, Wish
from wxsim.world.articles import count_reads, publish, write_draft
from wxsim.world.cards import press
from wxsim.world.codes import ContactCode, code_id
from wxsim.world.contacts import answer_customer, leave
from wxsim.world.corps import Corp, Friendship
from wxsim.world.following import follow, unfollow, write
from wxsim.world.group_chats import leave_group
from wxsim.world.official_accounts import OfficialAccount
from wxsim.world.people import Person
from wxsim.world.scanning import scan
from wxsim.world.world import World


class NotPlaying(Exception):
    """There is no story, or it has ended."""


class WrongMoment(Exception):
    """Another moment is next than the caller believes."""


@dataclass(frozen=True, slots=True)
class DeskAct:
    """What the driver does in the product; ``staff`` is the member who knows the person, empty when nobody does.

    ``at``: the moment's time, Unix seconds.
    """

    at: int
    deed: str
    person: str
    openid: str
    unionid: str
    external_userid: str
    staff: str
    what: str
    state: str
    """State code of the door through which the person came; empty where that is not known from outside."""


@dataclass(frozen=True, slots=True)
class Progress:
    """``played`` and ``total`` count moments of the newest chapter; times are Unix seconds.

    ``behind`` counts the acts told behind the story, of ``behind_total``.
    ``next_at`` of a chapter whose moments are all played is its end, where the clock has yet to come; then it is None.
    """

    state: str
    chapter: int
    begins_at: float
    ends_at: float
    played: int
    total: int
    next_at: float | None
    behind: int
    behind_total: int


class Story:
    """The story of one world. Without one, every question answers idle."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._moments: list[tuple[int, tuple[Act, ...]]] = []
        self._behind: tuple[Act, ...] = ()
        self._of: tuple[int, float] = (-1, -1.0)

    def begin(self, name: str, ends_at: float) -> None:
        """Make a story that leads to ``ends_at``; the clock stands still at its beginning."""
        script = load_script(name)
        begins_at = begin_of(ends_at, script.days)
        self._world.story = StoryState(name, [Chapter(begins_at, ends_at)])
        for door in script.articles:
            write_draft(self._world, self._account, door.id, door.title)

    def ask_for(self, wish: Wish) -> None:
        """Ask the driver for further days; NotPlaying while the last ones still run."""
        if self._state.wish or self.progress().state != "done":
            raise NotPlaying
        self._state.wish = wish
        self._world.changes.touch()

    def extend(self, days: int) -> None:
        """Add further days from the coming midnight on; NotPlaying while the last ones still run."""
        state = self._state
        if self.progress().state != "done":
            raise NotPlaying
        now = self._world.clock.time()
        begins_at = begin_of(now, 1) + DAY
        first = self._first_unused(state)
        rates = rates_of(load_script(state.script), state.doors)
        state.chapters.append(Chapter(begins_at, begins_at + days * DAY, len(state.chapters), first, rates))
        state.cursor, state.wish = 0, None
        self._world.changes.touch()

    def put_up(self, doors: dict[str, Footer], group_code: str) -> None:
        """Place codes at the feet of articles and elsewhere; those not named stay."""
        for name, footer in doors.items():
            self._world.ledger.write(
                "story.door", door=name, code=footer.code, state=self._state_behind(footer), mechanism=footer.mechanism
            )
        self._state.doors |= doors
        self._state.group_code = group_code or self._state.group_code
        self._world.changes.touch()

    def progress(self) -> Progress:
        """How far it has come: ``idle``, ``playing`` or ``done``."""
        state = self._world.story
        if state is None or not state.chapters:
            return Progress("idle", 0, 0.0, 0.0, 0, 0, None, 0, 0)
        chapter, moments = state.chapters[-1], self._load(state)
        due = moments[state.cursor][0] if state.cursor < len(moments) else None
        over = due is None and self._world.clock.time() >= chapter.ends_at
        at = chapter.ends_at if due is None else float(due)
        return Progress(
            "done" if over else "playing",
            chapter.number,
            chapter.begins_at,
            chapter.ends_at,
            state.cursor,
            len(moments),
            None if over else at,
            state.behind,
            len(self._behind),
        )

    def tell_behind(self, first: int, count: int) -> list[DeskAct]:
        """Let the acts behind the story from number ``first`` on have happened when they did: the product hears late.

        Those that were told may be asked for again: they only answer what they did. The clock does not move. It stops
        before whoever joined leaves the group chat: between the two the product must have been able to look.
        """
        state = self._state
        self._load(state)
        if first > state.behind:
            raise WrongMoment
        acts = _stays(self._behind[first : first + count])
        for act in acts[state.behind - first :]:
            with self._world.clock.telling(float(act.at)):
                self._note(act) if act.deed in DESK else self._do(act)
            state.behind += 1
        return self._desk(acts)

    def play(self, number: int) -> list[DeskAct]:
        """Play the moment of that number. The one before may be asked for again: it only answers what it did."""
        state = self._state
        moments = self._load(state)
        if number == state.cursor - 1:
            return self._desk(moments[number][1])
        if number != state.cursor or number >= len(moments):
            raise WrongMoment
        for act in moments[number][1]:
            self._note(act) if act.deed in DESK else self._do(act)
        state.cursor += 1
        return self._desk(moments[number][1])

    def read(self, article: str, person: Person) -> None:
        """Somebody outside the plan reads an article."""
        self._world.ledger.write("story.read", article=article, person=person.id, count=1)
        self._count_reads(article, 1)

    def _first_unused(self, state: StoryState) -> int:
        """A number that no person of the earlier chapters has, told or not."""
        chapter = state.chapters[-1]
        return max(_plan(load_script(state.script), self._world.seed, chapter).people, chapter.first_person)

    @property
    def _state(self) -> StoryState:
        if self._world.story is None:
            raise NotPlaying
        return self._world.story

    def _load(self, state: StoryState) -> list[tuple[int, tuple[Act, ...]]]:
        chapter = state.chapters[-1]
        if self._of != (chapter.number, chapter.begins_at):
            script, seed = load_script(state.script), self._world.seed
            plan = _plan(script, seed, chapter)
            first = plan if not chapter.number else _plan(script, seed, state.chapters[0])
            self._behind = first.behind
            self._moments = [(at, tuple(acts)) for at, acts in groupby(plan.acts, key=lambda act: act.at)]
            self._of = (chapter.number, chapter.begins_at)
        return self._moments

    def _desk(self, acts: Sequence[Act]) -> list[DeskAct]:
        return [self._handed_over(act) for act in acts if act.deed in DESK]

    def _handed_over(self, act: Act) -> DeskAct:
        world, person = self._world, self._person(act.who)
        corp, account, friendship = self._corp, self._account, self._friendship(person)
        return DeskAct(
            act.at,
            act.deed,
            person.id,
            world.openid(account.appid, person),
            world.unionid(account.open_platform, person) or "",
            world.external_userid(corp.corpid, person),
            friendship.userid if friendship else "",
            act.what,
            self._state_behind(self._state.doors[act.door]) if act.door in self._state.doors else "",
        )

    def _note(self, act: Act) -> None:
        """Put a desk act down as the truth; what it does in WeChat happens here as well."""
        person = self._person(act.who)
        friendship = self._friendship(person)
        if act.deed is Deed.ACCEPT and friendship:
            self._take(person, friendship)
        if act.deed is Deed.CONTACT and friendship:
            text = f"{person.name}您好，我看到您领了资料，方便聊两句吗？"
            answer_customer(self._world, self._corp, friendship, text)
        self._world.ledger.write(f"story.{act.deed}", person=person.id, what=act.what, door=act.door)

    def _take(self, person: Person, friendship: Friendship) -> None:
        """The member presses the first button of the newest card that names the person."""
        corp, member = self._corp, self._corp.members[friendship.userid.lower()]
        for card in reversed(corp.cards.values()):
            bubble = card.shown.get(member.userid.lower())
            if bubble is not None and person.name in bubble.body["title"]:
                key = json.loads(bubble.body["items"])[0]["key"]
                press(self._world, corp, corp.apps[card.agentid], member, card.task_id, key)
                return

    def _state_behind(self, footer: Footer) -> str:
        """The state that the code carries; empty for a code that is not known."""
        code = self._world.codes.get(code_id(footer.code))
        return code.way.state if isinstance(code, ContactCode) else ""

    def _do(self, act: Act) -> None:
        world = self._world
        if act.deed is Deed.PUBLISH:
            world.ledger.write("story.published", article=act.what)
            publish(world, self._account, self._account.articles[act.what])
        elif act.deed is Deed.READS:
            world.ledger.write("story.read", article=act.what, count=act.count)
            self._count_reads(act.what, act.count)
        else:
            _DO[act.deed](self, self._person(act.who), act.what)

    def _count_reads(self, name: str, count: int) -> None:
        article = self._account.articles.get(name)
        if article is not None:
            count_reads(self._world, article, count)

    def _read(self, person: Person, what: str) -> None:
        self.read(what, person)

    def _scan(self, person: Person, what: str) -> None:
        footer = self._state.doors.get(what)
        outcome = scan(self._world, person, footer.code).kind if footer else "no_code"
        self._world.ledger.write("story.scanned", door=what, person=person.id, outcome=outcome)

    def _follow(self, person: Person, what: str) -> None:
        follow(self._world, self._account, person)

    def _unfollow(self, person: Person, what: str) -> None:
        unfollow(self._world, self._account, person)

    def _say(self, person: Person, what: str) -> None:
        write(self._world, self._account, person, what)

    def _join(self, person: Person, what: str) -> None:
        if self._state.group_code:
            scan(self._world, person, self._state.group_code)

    def _leave(self, person: Person, what: str) -> None:
        external = self._world.external_userid(self._corp.corpid, person)
        for chat in self._corp.group_chats.values():
            if external in chat.members:
                leave_group(self._world, self._corp, chat, person)

    def _delete(self, person: Person, what: str) -> None:
        friendship = self._friendship(person)
        if friendship:
            leave(self._world, self._corp, self._corp.members[friendship.userid.lower()], person)

    def _person(self, who: int) -> Person:
        state = self._state
        if who not in state.people:
            state.people[who] = self._world.create_person().id
        return self._world.people[state.people[who]]

    def _friendship(self, person: Person) -> Friendship | None:
        external = self._world.external_userid(self._corp.corpid, person)
        return next(iter(self._corp.followers_of.get(external, {}).values()), None)

    @property
    def _corp(self) -> Corp:
        return next(iter(self._world.corps.values()))

    @property
    def _account(self) -> OfficialAccount:
        return next(iter(self._world.accounts.values()))


_DO = {
    Deed.READ: Story._read,
    Deed.SCAN: Story._scan,
    Deed.FOLLOW: Story._follow,
    Deed.UNFOLLOW: Story._unfollow,
    Deed.SAY: Story._say,
    Deed.JOIN: Story._join,
    Deed.LEAVE: Story._leave,
    Deed.DELETE: Story._delete,
}


def _stays(acts: Sequence[Act]) -> Sequence[Act]:
    """The acts up to the first by which somebody leaves who joined in them."""
    came: set[int] = set()
    for number, act in enumerate(acts):
        if act.deed is Deed.JOIN:
            came.add(act.who)
        elif act.deed is Deed.LEAVE and act.who in came:
            return acts[:number]
    return acts


def _plan(script: Script, seed: str, chapter: Chapter) -> Plan:
    if chapter.number:
        return plan_forward(script, seed, chapter)
    if script.chain:
        return plan_chain(script, script.chain, seed, chapter.begins_at, chapter.ends_at)
    return make_plan(script, seed, chapter.begins_at, chapter.ends_at)
