"""What truly happened, from the ledger alone: counts per way in and per hop, to be compared with any report of it."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

from wxsim.ledger import Entry
from wxsim.story.script import FATES

UNKNOWN = ""


@dataclass(slots=True)
class Door:
    """Counts of one way in. Persons, not events: whoever comes twice counts once, where they came first."""

    id: str
    states: list[str] = field(default_factory=list)
    mechanism: str = ""
    reads: int = 0
    friends: int = 0
    left: int = 0
    """Friends who deleted the member later."""
    joined: int = 0
    """Friends who came into a group chat afterwards."""
    accepted: int = 0
    contacted: int = 0
    stages: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FATES, 0))


class _Teller:
    """Folds the ledger once."""

    def __init__(self) -> None:
        self.doors: dict[str, Door] = {}
        self._door_of_state: dict[str, str] = {}
        self._door_of_person: dict[str, str] = {}
        self._seen: set[tuple[str, str]] = set()

    def take(self, entry: Entry) -> None:
        kind, person = str(entry["kind"]), str(entry.get("person", ""))
        if kind == "story.door":
            self._put_up(entry)
        elif kind == "story.read":
            self._door(str(entry["article"])).reads += int(str(entry["count"]))
        elif kind == "friend.added":
            self._befriend(person, str(entry["state"]))
        elif person in self._door_of_person:
            self._go_on(self._door(self._door_of_person[person]), kind, person, str(entry.get("what", "")))

    def _put_up(self, entry: Entry) -> None:
        door, state = self._door(str(entry["door"])), str(entry["state"])
        door.mechanism = str(entry["mechanism"])
        if state and state not in door.states:
            door.states.append(state)
            self._door_of_state[state] = door.id

    def _befriend(self, person: str, state: str) -> None:
        if person in self._door_of_person:
            return
        door = self._door(self._door_of_state.get(state, UNKNOWN))
        self._door_of_person[person] = door.id
        door.friends += 1

    def _go_on(self, door: Door, kind: str, person: str, what: str) -> None:
        step = what if kind == "story.advance" else kind
        if (step, person) in self._seen:
            return
        self._seen.add((step, person))
        if kind == "story.advance":
            door.stages[what] += 1
        elif kind in _COUNTED:
            setattr(door, _COUNTED[kind], getattr(door, _COUNTED[kind]) + 1)

    def _door(self, name: str) -> Door:
        return self.doors.setdefault(name, Door(name))


_COUNTED = {
    "friend.left": "left",
    "group.joined": "joined",
    "story.accept": "accepted",
    "story.contact": "contacted",
}


def tell_truth(entries: Iterable[Entry]) -> dict[str, object]:
    """``doors`` in the order they opened, and ``totals`` over all and over the mechanisms of articles."""
    teller = _Teller()
    for entry in entries:
        teller.take(entry)
    doors = list(teller.doors.values())
    mechanisms = sorted({door.mechanism for door in doors if door.mechanism})
    return {
        "doors": [asdict(door) for door in doors],
        "totals": _total(doors),
        "mechanisms": {name: _total([door for door in doors if door.mechanism == name]) for name in mechanisms},
    }


def _total(doors: list[Door]) -> dict[str, object]:
    counts = ("reads", "friends", "left", "joined", "accepted", "contacted")
    total: dict[str, object] = {name: sum(getattr(door, name) for door in doors) for name in counts}
    return {**total, "stages": {fate: sum(door.stages[fate] for door in doors) for fate in FATES}}
