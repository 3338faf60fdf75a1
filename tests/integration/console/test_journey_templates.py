"""The gallery over HTTP: what it shows, and the draft that is made."""

from weloop.access.api import Role

from .conftest import Console

PATH = "/api/journey-templates"


async def test_one_is_made_into_a_draft(console: Console) -> None:
    operator = await console.signed_in(Role.OPERATOR)
    _, listed = await operator.get(PATH)
    [education] = [each for each in listed if each["key"] == "education"]
    assert (education["path"], education["parameters"][0]["kind"]) == ("education", "official_account")
    assert education["preview"]["nodes"][0]["type"] == "send_service_message"
    status, made = await operator.post(f"{PATH}/education", {"name": "新生", "values": {"account": 9, "hello": "你好"}})
    assert status == 201, made
    _, journey = await operator.get(f"/api/journeys/{made['id']}")
    assert (journey["name"], journey["status"], journey["draft"]["nodes"][0]["text"]) == ("新生", "draft", "你好")
    _, faults = await operator.post("/api/journeys/validation", {"draft": journey["draft"]})
    assert {each["code"] for each in faults} == {"account_unknown"}


async def test_what_cannot_be_made_is_refused(console: Console) -> None:
    operator, agent = await console.signed_in(Role.OPERATOR), await console.signed_in(Role.SDR)
    assert (await agent.post(f"{PATH}/education", {"name": "新生"}))[0] == 403
    status, body = await operator.post(f"{PATH}/nothing", {"name": "新生"})
    assert (status, body["code"]) == (404, "journey_template_not_found")
    status, body = await operator.post(f"{PATH}/education", {"name": "新生"})
    assert (status, body["code"], body["params"]) == (422, "journey_template_value", {"parameter": "account"})
