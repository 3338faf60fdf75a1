"""The world as one object: who there is, what they own, and the truth of what happened."""

from hashlib import sha256
from random import Random
from typing import TYPE_CHECKING

from wxsim.changes import Changes
from wxsim.clock import WorldClock
from wxsim.ids import HEX, TOKEN, Ids
from wxsim.ledger import Ledger
from wxsim.limits import Limits, Switches
from wxsim.world.agenda import Agenda
from wxsim.world.chats import Chat, Message, Phone, Side
from wxsim.world.codes import Code
from wxsim.world.corps import Corp, Member
from wxsim.world.media import ANYWHERE, Medium
from wxsim.world.notices import NoNotices, Notices
from wxsim.world.official_accounts import OfficialAccount
from wxsim.world.people import Person, invent_name, invent_phone
from wxsim.world.video_channels import VideoChannel

if TYPE_CHECKING:
    from wxsim.story.state import StoryState


class World:
    """State in memory. The same seed and the same acts give the same world, ids and order."""

    def __init__(
        self,
        seed: str = "1",
        *,
        clock: WorldClock | None = None,
        limits: Limits | None = None,
        switches: Switches | None = None,
        base_url: str = "http://127.0.0.1:8711",
    ) -> None:
        self.seed = seed
        self.base_url = base_url
        self.clock = clock or WorldClock()
        self.limits = limits or Limits()
        self.switches = switches or Switches()
        self.ids = Ids(seed)
        self.ledger = Ledger(self.clock)
        self.changes = Changes()
        self.agenda = Agenda()
        self.notices: Notices = NoNotices()
        self.people: dict[str, Person] = {}
        self.corps: dict[str, Corp] = {}
        self.accounts: dict[str, OfficialAccount] = {}
        self.video_channels: list[VideoChannel] = []
        self.codes: dict[str, Code] = {}
        self.media: dict[str, Medium] = {}
        self.code_pictures: dict[str, str] = {}
        """Contents of codes by the digest of pictures that were handed out: a phone recognizes them again."""
        self.story: StoryState | None = None
        self._phones: dict[str, Phone] = {}
        self._people_by_alias: dict[str, Person] = {}
        self._random = Random(f"{seed}:people")

    def settle(self) -> None:
        """Let happen what is due by now."""
        self.agenda.settle(self)

    def create_person(self, name: str = "", gender: int = 0) -> Person:
        """A new human; name and gender invented when not given."""
        invented, invented_gender = invent_name(self._random)
        phone = invent_phone(self._random)
        person = self.enter(
            Person(
                self.fresh_person_id(),
                name or invented,
                gender or (0 if name else invented_gender),
                phone,
                self.clock.unix(),
            )
        )
        self.ledger.write("person.created", person=person.id, name=person.name)
        self.changes.touch()
        return person

    def fresh_person_id(self) -> str:
        """The id of the next human."""
        return f"p{self.ids.count('person'):05d}"

    def enter(self, person: Person) -> Person:
        """Let somebody be there, without a word in the ledger."""
        self.people[person.id] = person
        return person

    def openid(self, appid: str, person: Person) -> str:
        """28 characters beginning with o; differs per account."""
        return self._alias("o" + self.ids.derive(27, "openid", appid, person.id, alphabet=TOKEN), person)

    def external_userid(self, corpid: str, person: Person) -> str:
        """32 characters beginning with wm: a WeChat user as one corp knows them."""
        return self._alias("wm" + self.ids.derive(30, "external", corpid, person.id, alphabet=TOKEN), person)

    def unionid(self, open_platform: str | None, person: Person) -> str | None:
        """28 characters beginning with o, one per open-platform entity; None when not bound."""
        if open_platform is None:
            return None
        return self._alias("o" + self.ids.derive(27, "unionid", open_platform, person.id, alphabet=TOKEN), person)

    def person_by(self, text: str) -> Person | None:
        """A person by own id, openid, external_userid or unionid that was given out before."""
        return self.people.get(text) or self._people_by_alias.get(text)

    def phone(self, person: Person) -> Phone:
        """What this person's WeChat shows."""
        return self._phones.setdefault(person.id, Phone())

    def staff_phone(self, corp: Corp, member: Member) -> Phone:
        """What this member's WeCom shows."""
        return self._phones.setdefault(f"{corp.corpid}/{member.userid.lower()}", Phone())

    def show(self, chat: Chat, side: Side, kind: str, **body: str) -> Message:
        """Put a bubble into a chat."""
        message = Message(self.ids.count("message"), self.clock.time(), side, kind, body)
        chat.messages.append(message)
        chat.unread = 0 if side == "me" else chat.unread + 1
        self.changes.touch()
        return message

    def store(
        self,
        owner: str,
        kind: str,
        name: str,
        mime: str,
        content: bytes,
        *,
        lives: float | None,
        scene: int = ANYWHERE,
    ) -> Medium:
        """Keep an uploaded file for ``lives`` seconds, None = for ever."""
        now = self.clock.time()
        media_id = self.ids.fresh(64, "media", alphabet=TOKEN)
        expires_at = None if lives is None else now + lives
        medium = Medium(media_id, owner, kind, name, mime, content, int(now), expires_at, scene)
        self.media[media_id] = medium
        return medium

    def medium(self, owner: str, media_id: str) -> Medium | None:
        """A living file of that owner."""
        found = self.media.get(media_id)
        if found is None or found.owner != owner:
            return None
        return found if found.expires_at is None or self.clock.time() < found.expires_at else None

    def register_code(self, code: Code) -> None:
        """Make a QR code scannable."""
        self.codes[code.id] = code
        self.changes.touch()

    def remember_picture(self, picture: bytes, content: str) -> None:
        """The picture of a code went out."""
        self.code_pictures[sha256(picture).hexdigest()] = content

    def recognize(self, picture: bytes) -> str:
        """The content of the code in a picture that went out before; empty for any other picture."""
        return self.code_pictures.get(sha256(picture).hexdigest(), "")

    def fresh_code_id(self) -> str:
        """The last part of a code's URL."""
        return self.ids.fresh(24, "code", alphabet=HEX)

    def _alias(self, alias: str, person: Person) -> str:
        self._people_by_alias[alias] = person
        return alias
