"""The demo's own controls. Their routes exist only in a demo (``WELOOP_DEMO=1``); they steer the simulated world.

    GET  /api/demo                              how far the story is, the world's time, the phones' address, the roles
    POST /api/demo/strangers                    somebody new in the world, with a phone to be shown in a frame
    POST /api/demo/strangers/{person}/read      {article?}: reads; the code at the foot comes back
    POST /api/demo/strangers/{person}/scan      {article?}: scans that code; who was added, and the chat that opens
    POST /api/demo/forward                      {days: 14, mechanism?}: further days at once; with a mechanism the
                                                articles that run again get such codes at their feet before,
                                                without one they show the newest that the product made for them
    POST /api/demo/roles/{role}                 a path that signs this browser in as the demo's user of that role

``read`` and ``scan`` without an article take the bearing-factory case. The topic ``demo`` of the live stream tells that
the story has moved on; while ``state`` is ``playing``, everything that is counted is 「模拟」.
"""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Request
from pydantic import Field

from weloop.access.api import Editor, Role, SignedIn, create_one_time_link, find_user_id, record_act
from weloop.contracts.errors import Conflict, NotFound, PlatformError
from weloop.entrypoints.demo_users import USERS
from weloop.entrypoints.json_caller import JsonCaller, Refused
from weloop.kit.http import PlainText, RequestUnit, Schema

router = APIRouter(prefix="/demo", tags=["demo"])

STARRED = "bearing"
PersonId = Annotated[str, Path(pattern=r"^p[0-9]{1,12}$")]
Article = Annotated[PlainText, Field(min_length=1, max_length=40)]


class SimulatorAway(PlatformError):
    """The simulator does not answer."""

    code = "simulator_away"


class DemoRole(Schema):
    """One of the demo's users."""

    role: str
    name: str


class DemoStatus(Schema):
    """``share`` of the story's way, 0 to 1. ``state``: idle (this demo has no story), playing, done.

    ``chapter`` 0 is the history, from 1 on further days. ``now`` is the world's time.
    """

    state: Literal["idle", "playing", "done"]
    chapter: int
    share: float
    begins_at: datetime | None
    ends_at: datetime | None
    now: datetime
    simulator_url: str
    roles: list[DemoRole]


class Stranger(Schema):
    """Somebody in the simulated world; ``phone_url`` may be framed."""

    person: str
    name: str
    phone_url: str


class WhichArticle(Schema):
    """An article of the story by its id."""

    article: Article = STARRED


class DemoRead(Schema):
    """What stands at the article's foot: the address of the code, empty without one, and how it is offered."""

    article: str
    title: str
    code: str
    mechanism: str


class DemoScan(Schema):
    """What came of it (friend_added, already_friends, …), with whom, the phone with that chat open, and the member's
    phone with the chat in which cards arrive; None where nobody was added.
    """

    outcome: str
    staff: str
    phone_url: str
    staff_phone_url: str | None


class DemoForward(Schema):
    """``mechanism`` None: the codes at the articles' feet are the newest that somebody made for them."""

    days: Annotated[int, Field(ge=1, le=60)] = 14
    mechanism: Literal["take_away", "name_card"] | None = None


class DemoSwitch(Schema):
    """Where the browser goes to be somebody else."""

    path: str


def world_of(request: Request) -> JsonCaller:
    """The simulator's control API."""
    world: JsonCaller = request.app.state.demo_world
    return world


WorldApi = Annotated[JsonCaller, Depends(world_of)]


@router.get("")
async def get_demo(request: Request, _: SignedIn, world: WorldApi) -> DemoStatus:
    """How the demo stands."""
    story = await _ask(world, "GET", "/sim/story")
    played = story["played"] / story["total"] if story["total"] else 0.0
    return DemoStatus(
        state=story["state"] if not story["wish"] else "playing",
        chapter=story["chapter"],
        share=0.0 if story["wish"] else 1.0 if story["state"] == "done" else played,
        begins_at=_moment(story["begins_at"]),
        ends_at=_moment(story["ends_at"]),
        now=datetime.fromtimestamp(story["now"], UTC),
        simulator_url=request.app.state.simulator_url,
        roles=[DemoRole(role=role, name=name) for role, (_login, name) in USERS.items()],
    )


@router.post("/strangers", status_code=201)
async def create_stranger(request: Request, _: SignedIn, world: WorldApi) -> Stranger:
    """Let somebody new come into the world."""
    made = await _ask(world, "POST", "/sim/people", {})
    return Stranger(person=made["id"], name=made["name"], phone_url=_phone(request, made["id"]))


@router.post("/strangers/{person}/read")
async def read_as_stranger(person: PersonId, body: WhichArticle, _: SignedIn, world: WorldApi) -> DemoRead:
    """Read an article."""
    script = await _ask(world, "GET", "/sim/story/script")
    title = next((door["title"] for door in script["doors"] if door["id"] == body.article and door["is_article"]), None)
    if title is None:
        raise NotFound("no such article")
    read = await _ask(world, "POST", "/sim/story/read", {"person": person, "article": body.article})
    return DemoRead(article=body.article, title=title, code=read["code"], mechanism=read["mechanism"])


@router.post("/strangers/{person}/scan")
async def scan_as_stranger(
    request: Request, person: PersonId, body: WhichArticle, _: SignedIn, world: WorldApi
) -> DemoScan:
    """Scan the code at an article's foot."""
    doors = (await _ask(world, "GET", "/sim/story"))["doors"]
    if body.article not in doors:
        raise Conflict("there is no code at this article's foot yet", code="demo_no_code")
    done = await _ask(world, "POST", f"/sim/people/{person}/scan", {"code": doors[body.article]["code"]})
    phone = _phone(request, person, done["chat"])
    staff_phone = await _staff_phone(request, world, done["chat"])
    return DemoScan(outcome=done["outcome"], staff=done["name"], phone_url=phone, staff_phone_url=staff_phone)


@router.post("/forward", status_code=202)
async def forward(body: DemoForward, user: Editor, unit: RequestUnit, world: WorldApi) -> DemoForward:
    """Let further days pass at once; Conflict while the story still plays."""
    wish = {"days": body.days, "mechanism": body.mechanism or ""}
    await _ask(world, "POST", "/sim/story/wish", wish)
    record_act(unit, user.id, "demo_forward", "demo", wish)
    unit.publish("demo")
    return body


@router.post("/roles/{role}")
async def switch_role(role: Role, user: SignedIn, unit: RequestUnit) -> DemoSwitch:
    """Be another of the demo's users."""
    found = await find_user_id(unit, USERS[role][0])
    if found is None:
        raise NotFound("the demo has no such user")
    record_act(unit, user.id, "demo_switched", f"user:{found}", {"role": role})
    return DemoSwitch(path=f"/enter/{await create_one_time_link(unit, found)}")


async def _ask(world: JsonCaller, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    try:
        return await world.call(method, path, body)
    except Refused as error:
        if error.status == 404:
            raise NotFound(str(error)) from error
        if error.status == 409:
            raise Conflict("the story still plays", code="demo_playing") from error
        raise SimulatorAway(str(error)) from error


def _moment(seconds: float) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


async def _staff_phone(request: Request, world: JsonCaller, chat: str) -> str | None:
    """``chat`` names the member: ``staff:<corp>:<userid>``."""
    kind, _, rest = chat.partition(":")
    corpid, _, userid = rest.partition(":")
    if kind != "staff":
        return None
    corps = (await _ask(world, "GET", "/sim/accounts"))["corps"]
    agents = [app["agentid"] for corp in corps if corp["corpid"] == corpid for app in corp["apps"]]
    opened = quote(f"app:{corpid}:{agents[0]}")
    return f"{request.app.state.simulator_url}/console/phone/{corpid}/{quote(userid)}?embed=1&chat={opened}"


def _phone(request: Request, person: str, chat: str = "") -> str:
    opened = f"&chat={quote(chat)}" if chat else ""
    return f"{request.app.state.simulator_url}/console/phone/{person}?embed=1{opened}"
