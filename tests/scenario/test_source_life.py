"""The life of a source over the real wire: its picture, a welcome with a file, a change, its end; and the overview."""

from typing import Any

import aiohttp

from wxsim.faults import FaultRule
from wxsim.world.scanning import scan

PNG = b"\x89PNG\r\n\x1a\n" + bytes(2000)


async def _upload(product: Any) -> dict[str, Any]:
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("file", PNG, filename="海报.png", content_type="image/png")
    async with product.http.post(f"{product.url}/api/files", data=form) as answer:
        assert answer.status == 201
        body = await answer.json()
        assert isinstance(body, dict)
        return body


async def _wait(product: Any, source_id: int, status: str) -> Any:
    async def there() -> Any:
        source = await product.call("GET", f"/api/sources/{source_id}")
        return source if source["status"] == status else None

    return await product.until(there)


async def test_a_source_lives_and_ends_on_the_platform(product: Any) -> None:
    account = product.accounts["wecom"]
    staff = [each["userid"] for each in await product.call("GET", "/api/staff") if each["contact_enabled"]]
    file = await _upload(product)
    welcome = {"text": "您好", "attachments": [{"type": "image", "file_id": file["id"]}]}
    given = {"name": "展会 A", "account_id": account["id"], "users": staff[:1], "welcome": welcome}
    made = await product.call("POST", "/api/sources", given)
    source = await _wait(product, made["id"], "ready")
    path = f"/api/sources/{source['id']}"

    async with product.http.get(f"{product.url}{path}/qr.png") as answer:
        assert (answer.status, answer.content_type) == (200, "image/png")

    person = product.simulator.world.create_person("周工")
    scan(product.simulator.world, person, source["qr_code"])
    await product.quiet()
    phone = product.simulator.world.phone(person)
    bodies = [message.body for chat in phone.chats.values() for message in chat.messages]
    assert {"text": "您好"} in bodies
    assert [body["size"] for body in bodies if body.get("name") == "海报.png"] == [str(len(PNG))]

    overview = await product.call("GET", "/api/overview")
    assert (overview["now"]["friends"], overview["now"]["leads"], overview["before"]["friends"]) == (1, 1, 0)
    ticks = {tick["kind"]: (tick["name"], tick["source"]) for tick in overview["ticker"]}
    assert ticks == {"ContactAdded": ("周工", "展会 A")}
    done = {item["key"] for item in overview["checklist"] if item["done"]}
    assert {"staff", "source", "person", "welcome"} <= done

    await product.call("PATCH", path, {"users": staff[:2], "name": "展会 B"})
    await _wait(product, source["id"], "ready")
    [way] = [way for corp in product.simulator.world.corps.values() for way in corp.contact_ways.values()]
    assert list(way.users) == staff[:2]

    await product.call("DELETE", path)
    await product.quiet()
    assert (await product.call("GET", "/api/sources"))["total"] == 0
    assert not [way for corp in product.simulator.world.corps.values() for way in corp.contact_ways.values()]


async def _make(product: Any, **changes: object) -> Any:
    staff = [each["userid"] for each in await product.call("GET", "/api/staff") if each["contact_enabled"]]
    given = {"name": "展会 A", "account_id": product.accounts["wecom"]["id"], "users": staff[:1], **changes}
    return await product.call("POST", "/api/sources", given)


async def test_a_failed_deletion_leaves_the_code_at_work_and_is_tried_again_as_a_deletion(product: Any) -> None:
    source = await _wait(product, (await _make(product))["id"], "ready")
    rules = product.simulator.simulator.faults.rules
    rules.append(FaultRule("errcode", "*/del_contact_way", value=48002))
    await product.call("DELETE", f"/api/sources/{source['id']}")
    failed = await _wait(product, source["id"], "failed")
    assert (failed["failure"]["step"], failed["failure"]["params"]["errcode"]) == ("delete", 48002)
    [corp] = product.simulator.world.corps.values()
    assert len(corp.contact_ways) == 1
    rules.clear()
    await product.call("POST", f"/api/sources/{source['id']}/retry")
    await product.quiet()
    assert not corp.contact_ways
    assert (await product.call("GET", "/api/dead-letters?kind=command"))["total"] == 0


async def test_a_creation_without_an_answer_goes_to_a_person(product: Any) -> None:
    rules = product.simulator.simulator.faults.rules
    rules.append(FaultRule("http", "*/add_contact_way", value=504, after=True, times=1))
    failed = await _wait(product, (await _make(product))["id"], "failed")
    assert (failed["failure"]["code"], failed["failure"]["step"]) == ("platform_uncertain", "create")
    [letter] = (await product.call("GET", "/api/dead-letters?kind=command"))["items"]
    assert letter["uncertain"]
    # The person found nothing in the console and asks again: the old command is dealt with by that.
    await product.call("POST", f"/api/sources/{failed['id']}/retry")
    await _wait(product, failed["id"], "ready")
    assert (await product.call("GET", "/api/dead-letters?kind=command"))["total"] == 0


async def test_a_file_that_the_platform_lost_is_uploaded_again(product: Any) -> None:
    file = await _upload(product)
    welcome = {"text": "您好", "attachments": [{"type": "image", "file_id": file["id"]}]}
    source = await _wait(product, (await _make(product, welcome=welcome))["id"], "ready")
    world = product.simulator.world
    for name in ("周工", "吴工"):
        person = world.create_person(name)
        scan(world, person, source["qr_code"])
        await product.quiet()
        chats = world.phone(person).chats.values()
        assert [message.kind for chat in chats for message in chat.messages].count("image") == 1
        world.media.clear()
