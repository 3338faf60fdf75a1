"""The story of the world: how far it is, its next moment, further days, and the truth of what happened."""

from dataclasses import asdict

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from wxsim.control.answers import person_named, read, reply, simulator_of
from wxsim.simulator import Simulator
from wxsim.story.player import NotPlaying, WrongMoment
from wxsim.story.script import load_script
from wxsim.story.state import Footer, Wish
from wxsim.story.truth import tell_truth
from wxsim.wire.fields import Body

MOST_DAYS = 60


async def get_story(request: Request) -> Response:
    """State (idle, playing, done), moments played and in all, and when the next one is due."""
    return reply(_show(simulator_of(request)))


async def get_script(request: Request) -> Response:
    """What is planted: articles and other ways in, group chats, and who of the staff takes no more."""
    simulator = simulator_of(request)
    if simulator.world.story is None:
        raise HTTPException(404, "this world has no story")
    script = load_script(simulator.world.story.script)
    doors = [{**asdict(door), "is_article": door.is_article, "fates": dict(door.fates)} for door in script.doors]
    campaigns = list(script.campaigns)
    known = {"doors": doors, "groups": list(script.groups), "campaigns": campaigns}
    return reply({**known, "crowd": dict(script.crowd), "forward": script.forward})


async def play(request: Request) -> Response:
    """Move the clock to the next moment and play it; ``number`` says which one. Answers what to do in the product, and
    how many callbacks it caused.

    The moment before may be asked for again. 409 for any other number, and while a callback is unanswered.
    """
    simulator, body = simulator_of(request), await read(request)
    progress, number = simulator.story.progress(), body.number("number", -1)
    if simulator.deliveries.unanswered:
        return reply({"error": "not_quiescent", "unanswered": simulator.deliveries.unanswered}, 409)
    clock = simulator.world.clock
    if number == progress.played and progress.next_at is not None and clock.stepped:
        clock.advance(max(0.0, progress.next_at - clock.time()))
    try:
        acts = simulator.story.play(number)
    except (NotPlaying, WrongMoment):
        return reply({"error": "wrong_moment", **_show(simulator)}, 409)
    unanswered = simulator.deliveries.unanswered
    return reply({**_show(simulator), "desk": [asdict(act) for act in acts], "unanswered": unanswered})


async def extend(request: Request) -> Response:
    """Add ``days`` (14); the clock stands still from now until whoever drives the story moves it."""
    simulator, body = simulator_of(request), await read(request)
    days = _days(body)
    try:
        simulator.story.extend(days)
    except NotPlaying:
        return reply({"error": "not_done", **_show(simulator)}, 409)
    simulator.world.clock.change(stepped=True)
    return reply(_show(simulator))


async def wish(request: Request) -> Response:
    """Ask whoever drives the story for further ``days`` with codes of a ``mechanism``; 409 while it still plays."""
    simulator, body = simulator_of(request), await read(request)
    try:
        simulator.story.ask_for(Wish(_days(body), body.text("mechanism")))
    except NotPlaying:
        return reply({"error": "not_done", **_show(simulator)}, 409)
    return reply(_show(simulator))


def _days(body: Body) -> int:
    days = body.number("days", 14)
    if not 1 <= days <= MOST_DAYS:
        raise HTTPException(400, f"days must be 1 to {MOST_DAYS}")
    return days


async def tell_behind(request: Request) -> Response:
    """Let up to ``count`` acts behind the story, from number ``first`` on, have happened with their own times.

    Answers what is done in the product for them, also of those told before; 409 for a number that is not reached.
    """
    simulator, body = simulator_of(request), await read(request)
    try:
        desk = simulator.story.tell_behind(max(0, body.number("first", 0)), max(1, body.number("count", 50)))
    except NotPlaying:
        raise HTTPException(404, "this world has no story") from None
    except WrongMoment:
        return reply({"error": "wrong_moment", **_show(simulator)}, 409)
    return reply({"desk": [asdict(act) for act in desk], **_show(simulator)})


async def put_doors(request: Request) -> Response:
    """Place codes: ``doors`` [{id, code, mechanism}], and ``group_code``."""
    simulator, body = simulator_of(request), await read(request)
    doors = {each.text("id"): Footer(each.text("code"), each.text("mechanism")) for each in body.bodies("doors")}
    try:
        simulator.story.put_up(doors, body.text("group_code"))
    except NotPlaying:
        raise HTTPException(404, "this world has no story") from None
    return reply(_show(simulator))


async def read_article(request: Request) -> Response:
    """A person outside the plan reads an article; the code at its foot comes back, empty without one."""
    simulator, body = simulator_of(request), await read(request)
    person = person_named(simulator, body.text("person"))
    simulator.story.read(body.text("article"), person)
    doors = simulator.world.story.doors if simulator.world.story else {}
    footer = doors.get(body.text("article"))
    return reply({"code": footer.code if footer else "", "mechanism": footer.mechanism if footer else ""})


async def get_truth(request: Request) -> Response:
    """Counts per way in and per hop, from the ledger alone."""
    return reply(tell_truth(simulator_of(request).world.ledger.entries()))


def _show(simulator: Simulator) -> dict[str, object]:
    story = simulator.world.story
    doors = {name: asdict(footer) for name, footer in story.doors.items()} if story else {}
    wish = asdict(story.wish) if story and story.wish else None
    return {**asdict(simulator.story.progress()), "wish": wish, "doors": doors, "now": simulator.world.clock.time()}


ROUTES = [
    Route("/sim/story", get_story),
    Route("/sim/story/script", get_script),
    Route("/sim/story/play", play, methods=["POST"]),
    Route("/sim/story/extend", extend, methods=["POST"]),
    Route("/sim/story/behind", tell_behind, methods=["POST"]),
    Route("/sim/story/wish", wish, methods=["POST"]),
    Route("/sim/story/doors", put_doors, methods=["PUT"]),
    Route("/sim/story/read", read_article, methods=["POST"]),
    Route("/sim/truth", get_truth),
]
