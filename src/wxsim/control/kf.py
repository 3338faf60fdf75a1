"""WeChat customer service and consent to message archive: make accounts, act as customer and servicer, agree."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from wxsim.control.answers import corp_named, member_named, person_named, read, reply, simulator_of
from wxsim.world.corps import Corp
from wxsim.world.kf import KfAccount, add_kf_account, answer_kf, ask_kf, enter_session, hide_kf

KF = "/sim/corps/{corpid}/kf"
STATUSES = ("Agree", "Disagree", "Default_Agree")
MOST_HIDDEN = 100_000


async def list_accounts(request: Request) -> Response:
    """All accounts of a corp."""
    corp = corp_named(simulator_of(request), request.path_params["corpid"])
    return reply({"accounts": [_show(account) for account in corp.kf_accounts.values()]})


async def create(request: Request) -> Response:
    """Make one: ``name``, ``servicers`` (userids)."""
    simulator, body = simulator_of(request), await read(request)
    corp = corp_named(simulator, request.path_params["corpid"])
    servicers = [member_named(corp, each).userid for each in body.texts("servicers")]
    return reply(_show(add_kf_account(simulator.world, corp, body.text("name") or "客服", servicers)), 201)


async def change(request: Request) -> Response:
    """Change ``managed`` and ``servicers``."""
    corp, account = _named(request)
    body = await read(request)
    account.managed = body.flag("managed", account.managed)
    if "servicers" in body:
        account.servicers = [member_named(corp, each).userid for each in body.texts("servicers")]
    return reply(_show(account))


async def act(request: Request) -> Response:
    """``enter`` (``person``, ``scene``?), ``ask`` (``person``, ``text``), ``answer`` (and ``userid``), ``hide``
    (``count`` messages of the API), ``refuse`` (``person``, ``refused``)."""
    simulator, body = simulator_of(request), await read(request)
    corp, account = _named(request)
    world, name = simulator.world, request.path_params["act"]
    if name == "hide":
        hide_kf(world, account, min(body.number("count"), MOST_HIDDEN))
        return reply({"done": True})
    if name not in ("enter", "ask", "answer", "refuse"):
        raise HTTPException(404, "there are enter, ask, answer, hide and refuse")
    person = person_named(simulator, body.text("person"))
    if name == "enter":
        enter_session(world, corp, account, person, body.text("scene"))
    elif name == "ask":
        ask_kf(world, corp, account, person, body.text("text"))
    elif name == "refuse":
        change = account.refused.add if body.flag("refused", True) else account.refused.discard
        change(world.external_userid(corp.corpid, person))
    else:
        member = member_named(corp, body.text("userid"))
        return reply({"done": answer_kf(world, corp, account, member, person, body.text("text"))})
    return reply({"done": True})


async def consent(request: Request) -> Response:
    """A customer (``person``) says of a member (``userid``) whether the archive may be kept: ``status``, ``at``?."""
    simulator, body = simulator_of(request), await read(request)
    corp = corp_named(simulator, request.path_params["corpid"])
    person, member = person_named(simulator, body.text("person")), member_named(corp, body.text("userid"))
    status = body.text("status", "Agree")
    if status not in STATUSES:
        raise HTTPException(400, "status must be one of " + ", ".join(STATUSES))
    at = body.number("at", simulator.world.clock.unix())
    external = simulator.world.external_userid(corp.corpid, person)
    corp.archive_consents[member.userid.lower(), external] = (status, at)
    simulator.world.ledger.write("archive.consent", corpid=corp.corpid, userid=member.userid, status=status)
    return reply({"external_userid": external, "status": status, "at": at})


def _named(request: Request) -> tuple[Corp, KfAccount]:
    corp = corp_named(simulator_of(request), request.path_params["corpid"])
    account = corp.kf_accounts.get(request.path_params["open_kfid"])
    if account is None:
        raise HTTPException(404, "no such customer service account")
    return corp, account


def _show(account: KfAccount) -> dict[str, object]:
    return {
        "open_kfid": account.open_kfid,
        "name": account.name,
        "servicers": account.servicers,
        "managed": account.managed,
        "entries": len(account.entries),
    }


ROUTES = [
    Route(KF, list_accounts),
    Route(KF, create, methods=["POST"]),
    Route(f"{KF}/{{open_kfid}}", change, methods=["PATCH"]),
    Route(f"{KF}/{{open_kfid}}/{{act}}", act, methods=["POST"]),
    Route("/sim/corps/{corpid}/archive-consents", consent, methods=["PUT"]),
]
