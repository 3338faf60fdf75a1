"""A stranger scans a contact way, is welcomed on the phone, and stands on the person page."""

from typing import Any

from wxsim.world.scanning import scan


async def _ready_source(product: Any, **changes: object) -> dict[str, Any]:
    account = product.accounts["wecom"]
    staff = [each for each in await product.call("GET", "/api/staff") if each["contact_enabled"]]
    made = await product.call(
        "POST",
        "/api/sources",
        {
            "name": "展会 A",
            "account_id": account["id"],
            "users": [staff[0]["userid"]],
            "skip_verify": True,
            "welcome": {"text": "您好，这是选型手册", "attachments": [
                {"type": "link", "title": "选型手册", "url": "https://m.example.com/doc/1", "desc": "12 页"}]},
            **changes,
        },
    )  # fmt: skip

    async def ready() -> Any:
        source = await product.call("GET", f"/api/sources/{made['id']}")
        return source if source["status"] == "ready" else None

    return await product.until(ready)


def _texts(product: Any, person: Any) -> list[str]:
    phone = product.simulator.world.phone(person)
    return [message.body.get("text", "") for chat in phone.chats.values() for message in chat.messages]


async def test_stranger_scans_is_welcomed_and_stands_on_the_page(product: Any) -> None:
    source = await _ready_source(product)
    person = product.simulator.world.create_person("周工")
    scan(product.simulator.world, person, source["qr_code"])
    await product.quiet()
    assert "您好，这是选型手册" in _texts(product, person)
    page = await product.call("GET", "/api/persons")
    assert [each["name"] for each in page["items"]] == ["周工"]
    [row] = page["items"]
    assert row["source"] == {"id": source["id"], "name": "展会 A", "kind": "contact_way"}
    detail = await product.call("GET", f"/api/persons/{row['id']}")
    assert {each["kind"] for each in detail["identities"]} == {"external_contact", "unionid"}
    timeline = await product.call("GET", f"/api/persons/{row['id']}/timeline")
    kinds = {each["kind"] for each in timeline["items"]}
    assert {"ContactAdded", "ProfileFetched", "CommandSent"} <= kinds
    counts = (await product.call("GET", f"/api/sources/{source['id']}"))["counts"]
    assert (counts["added"], counts["welcome_sent"], counts["welcome_failed"]) == (1, 1, 0)
