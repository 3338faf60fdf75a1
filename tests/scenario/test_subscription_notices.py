"""A step of a journey sends a subscription notice over the real wire: to who accepted it, once for each acceptance."""

from typing import Any

from wxsim.world.message_templates import answer_popup, withdraw

from .test_template_messages import cards, enter_all, make_followers, wait_for, wait_for_morning


async def publish(product: Any) -> str:
    async def look() -> Any:
        lists = await product.call("GET", "/api/message-templates")
        return lists[0] if lists else None

    listed = await product.until(look)
    template = next(each for each in listed["templates"] if each["kind"] == "once")
    say = {
        "id": "say",
        "type": "send_notice",
        "account_id": product.accounts["official_account"]["id"],
        "template_id": template["id"],
        "values": {"thing1": "新品发布", "date2": "2026-12-09 20:00"},
    }
    made = await product.call("POST", "/api/journeys", {"name": "直播", "draft": {"nodes": [say]}})
    path = f"/api/journeys/{made['id']}"
    await product.call("POST", f"{path}/publish", {"revision": made["revision"]})
    wrong = {"nodes": [{**say, "type": "send_template"}]}
    faults = await product.call("POST", "/api/journeys/validation", {"draft": wrong})
    assert [each["code"] for each in faults] == ["template_unknown"]
    return path


async def test_who_accepted_gets_it_once_and_others_not(product: Any) -> None:
    world = product.simulator.world
    [account] = world.accounts.values()
    template = next(each for each in account.templates.values() if each.kind == "once")
    accepts, declines, leaves = make_followers(product, 3)
    await wait_for_morning(product)
    answer_popup(world, account, accepts, template, True)
    answer_popup(world, account, declines, template, False)
    answer_popup(world, account, leaves, template, True)
    withdraw(world, account, leaves, template)
    await product.quiet()
    path = await publish(product)
    await enter_all(product, path, 3)
    await wait_for(product, path, {"enqueued": 1, "no_permission": 2, "delivered": 1})
    assert [len(cards(product, each)) for each in (accepts, declines, leaves)] == [1, 0, 0]
    again = await publish(product)
    await enter_all(product, again, 3)
    await wait_for(product, again, {"no_permission": 3})
    assert len(cards(product, accepts)) == 1


async def test_what_the_platform_still_refuses_is_a_failure_with_its_reason(product: Any) -> None:
    """The callback of a withdrawal was lost."""
    world = product.simulator.world
    [account] = world.accounts.values()
    template = next(each for each in account.templates.values() if each.kind == "once")
    [follower] = make_followers(product, 1)
    await wait_for_morning(product)
    answer_popup(world, account, follower, template, True)
    await product.quiet()
    path = await publish(product)
    world.switches.callbacks = False
    withdraw(world, account, follower, template)
    await enter_all(product, path, 1)
    await wait_for(product, path, {"enqueued": 1, "failed": 1})
    [failure] = await product.call("GET", f"{path}/failures")
    assert "no subscription left" in failure["error"]
    assert not cards(product, follower)
