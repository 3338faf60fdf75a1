"""The control API: accounts, people, limits, quotas, ledger, load."""

import asyncio
import json
import os
import signal
import sys

import pytest

CORP = "ww5a1e0000000demo1"
APPID = "wx5a1e0000000demo2"


async def test_accounts_say_all_a_product_needs(control, sim) -> None:
    answer = await control("GET", "accounts")
    corp, account = answer["corps"][0], answer["official_accounts"][0]
    assert (corp["corpid"], len(corp["members"]), corp["apps"][0]["agentid"]) == (CORP, 5, 1000002)
    assert corp["apps"][0]["secret"] == sim.world.corps[CORP].apps[1000002].secret
    assert (account["appid"], account["kind"], account["verified"]) == (APPID, "service", True)
    assert account["original_id"].startswith("gh_")
    assert len(account["secret"]) == 32


async def test_register_another_corp_and_account(control, sim) -> None:
    body = {
        "corpid": "ww1111111111111111",
        "name": "测试公司",
        "departments": [{"id": 2, "name": "销售"}],
        "members": [{"userid": "lina", "name": "李娜", "departments": [2]}],
        "apps": [{"agentid": 1000009, "secret": "s"}],
    }
    await control("POST", "corps", body, status=201)
    await control("PUT", "corps/ww1111111111111111/members/bob", {"name": "鲍勃"})
    assert [each.name for each in sim.world.corps["ww1111111111111111"].members.values()] == ["李娜", "鲍勃"]
    made = await control(
        "POST", "official-accounts", {"appid": "wx1", "original_id": "gh_1", "verified": False}, status=201
    )
    assert (made["original_id"], made["verified"]) == ("gh_1", False)
    await control("POST", "corps", {}, status=400)
    await control("POST", "official-accounts", {}, status=400)
    await control("PATCH", "official-accounts/wx1", {"kind": "shop"}, status=400)
    await control("PATCH", "corps/ww404", {}, status=404)


async def test_people(control, sim) -> None:
    assert (await control("GET", "people?limit=5"))["total"] == 30
    made = await control("POST", "people", {"name": "周工", "gender": 1}, status=201)
    assert (await control("GET", "people?search=周工"))["people"] == [made]
    assert len((await control("POST", "people", {"count": 3}, status=201))["people"]) == 3
    known = await control("GET", f"people/{made['id']}")
    assert known["openids"][APPID].startswith("o")
    assert (await control("GET", f"people/{known['openids'][APPID]}"))["id"] == made["id"]
    await control("GET", "people/nobody", status=404)
    await control("GET", "people?limit=-1", status=400)
    await control("POST", f"people/{made['id']}/fly", {}, status=404)
    assert (await control("POST", f"people/{made['id']}/scan", {"code": "http://x/q/1"}))["outcome"] == "unknown_code"
    told = await control("POST", f"people/{made['id']}/say", {"corpid": CORP, "userid": "linxiao", "text": "在吗"})
    assert not told["done"]


async def test_moments(control, wecom, sim, clock) -> None:
    await control("POST", "people/p00001/add_friend", {"corpid": CORP, "userid": "linxiao"})
    job = await wecom.post("externalcontact/add_moment_task", {"text": {"content": "案例"}})
    await control("POST", "clock/advance", {"seconds": 2})
    result = (await wecom.get("externalcontact/get_moment_task_result", jobid=job["jobid"]))["result"]
    post = {"corpid": CORP, "userid": "linxiao", "moment_id": result["moment_id"]}
    await control("POST", "people/p00001/like_moment", post, status=404)
    for done in (True, False):
        assert (await control("POST", f"corps/{CORP}/members/linxiao/publish_moment", post))["done"] is done
    assert (await control("POST", "people/p00001/like_moment", post))["done"]
    assert (await control("POST", "people/p00001/comment_moment", {**post, "text": "学习了"}))["done"]
    assert not (await control("POST", "people/p00002/like_moment", post))["done"]
    [shown] = (await control("GET", "people/p00001/moments"))["moments"]
    external = sim.world.external_userid(CORP, sim.world.people["p00001"])
    assert (shown["text"], shown["likes"], shown["comments"]) == (
        "案例",
        {external: clock.unix()},
        [{"author": external, "at": clock.unix(), "text": "学习了"}],
    )
    listed = await wecom.post(
        "externalcontact/get_moment_list", {"start_time": clock.unix() - 9, "end_time": clock.unix()}
    )
    assert [(each["moment_id"], each["visible_type"]) for each in listed["moment_list"]] == [(post["moment_id"], 1)]
    chosen = await wecom.post("externalcontact/get_moment_customer_list", post)
    assert chosen["customer_list"] == [{"userid": "linxiao", "external_userid": external}]
    for done in (True, False):
        sim.world.limits.moments_own_per_day = 1
        assert (await control("POST", f"corps/{CORP}/members/linxiao/post_moment", {"text": "我的一天"}))[
            "done"
        ] is done
    both = {"start_time": clock.unix() - 9, "end_time": clock.unix()}
    for wanted, texts in (
        ({}, ["案例", "我的一天"]),
        ({"filter_type": 0}, ["案例"]),
        ({"creator": "LinXiao"}, ["我的一天"]),
    ):
        listed = await wecom.post("externalcontact/get_moment_list", {**both, **wanted})
        assert [each["text"]["content"] for each in listed["moment_list"]] == texts
    own = listed["moment_list"][0]
    assert (own["creator"], own["create_type"]) == ("linxiao", 1)
    for call in ("get_moment_task", "cancel_moment_task"):
        assert (await wecom.post(f"externalcontact/{call}", own))["errcode"] == 41067
    visible = await wecom.post("externalcontact/get_moment_send_result", {**own, "userid": "linxiao"})
    assert visible["customer_list"] == [{"external_userid": external}]
    month = {"start_time": 0, "end_time": clock.unix()}
    assert (await wecom.post("externalcontact/get_moment_list", month))["errcode"] == 40058


async def test_limits_and_switches(control, sim) -> None:
    limits = await control("GET", "limits")
    assert limits["welcome_code_seconds"]["value"] == 20
    assert limits["welcome_code_seconds"]["source"]
    await control("PATCH", "limits", {"welcome_code_seconds": 3, "callback_retry_seconds": [0.5], "contact_ways": None})
    assert sim.world.limits.welcome_code_seconds == 3
    assert sim.world.limits.callback_retry_seconds == (0.5,)
    assert sim.world.limits.contact_ways is None
    await control("PATCH", "limits", {"nothing": 3}, status=400)
    await control("PATCH", "limits", {"contact_ways": "many"}, status=400)
    assert not (await control("PATCH", "switches", {"quotas": False}))["quotas"]
    await control("PATCH", "switches", {"quotas": 1}, status=400)


async def test_the_ledger_over_http(control, session, sim) -> None:
    await control("POST", "people/p00001/follow", {"appid": APPID})
    async with session.get(f"{sim.url}/sim/ledger?kind=account.&kind=clock") as answer:
        lines = [json.loads(line) for line in (await answer.text()).splitlines()]
    assert [line["kind"] for line in lines] == ["account.followed"]
    assert lines[0]["person"] == "p00001"
    counts = await control("GET", "ledger/counts")
    assert counts["kinds"] == {"person.created": 30, "account.followed": 1}
    assert (await control("GET", "codes"))["codes"][0]["kind"] == "official_account"


async def test_quotas_can_be_read_and_cleared(wecom, control) -> None:
    await wecom.get("user/get", userid="linxiao")
    quotas = await control("GET", "quotas")
    assert quotas["today"][f"{CORP} /cgi-bin/user/get"] == 1
    assert quotas["calls"]["qyapi.weixin.qq.com/cgi-bin/user/get"] == 1
    await control("DELETE", "quotas")
    assert (await control("GET", "quotas"))["today"] == {}


async def test_a_load_of_scans_is_all_in_the_ledger(wecom, app_receiver, control, sim) -> None:
    body = {"type": 2, "scene": 2, "user": ["linxiao", "chenyu"], "state": "load"}
    made = await wecom.post("externalcontact/add_contact_way", body)
    plan = {"mix": [{"act": "scan", "code": made["qr_code"]}], "count": 100, "concurrency": 16, "wait": True}
    assert (await control("POST", "load", plan))["done"] == {"scan": 100}
    assert await sim.idle()
    assert len({callback.fields["ExternalUserID"] for callback in app_receiver.got}) == 100
    counts = sim.world.ledger.counts()
    assert counts["friend.added"] == counts["callback.acknowledged"] == 100


async def test_a_mixed_load_at_a_rate(app_receiver, control, sim) -> None:
    await control("POST", "people/p00001/add_friend", {"corpid": CORP, "userid": "linxiao"})
    await control("POST", "people/p00001/follow", {"appid": APPID})
    mix = [
        {"act": "edit", "corpid": CORP},
        {"act": "say", "appid": APPID},
        {"act": "follow", "appid": APPID, "share": 0.1},
    ]
    done = await control("POST", "load", {"mix": mix, "count": 60, "rate": 2000, "wait": True})
    assert sum(done["done"].values()) == 60
    assert await sim.idle()


@pytest.mark.parametrize(
    "plan",
    [
        {},
        {"mix": [{"act": "scan"}]},
        {"mix": [{"act": "dance"}], "count": 1},
        {"mix": [{"act": "say", "appid": "wx404"}], "count": 1},
        {"mix": [{"act": "edit", "corpid": CORP}], "count": 1},
        {"mix": [{"act": "say", "appid": APPID}], "count": 1},
        {"mix": [{"act": "scan"}], "seconds": -1},
    ],
)
async def test_plans_that_cannot_run(control, plan) -> None:
    await control("POST", "load", plan, status=400)


async def test_a_load_can_be_stopped(control) -> None:
    plan = {"mix": [{"act": "scan", "code": "x"}], "count": 10**9, "rate": 1}
    await control("POST", "load", plan)
    await control("POST", "load", plan, status=400)
    assert (await control("DELETE", "load"))["state"] == "stopped"


async def test_bad_bodies_are_400(session, sim) -> None:
    for body in (b"{", b"[]", b'{"count": "x"}'):
        async with session.post(f"{sim.url}/sim/people", data=body) as answer:
            assert answer.status == 400


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
async def test_the_command_ends_at_a_signal_with_a_stream_open(session, sign) -> None:
    arguments = ("-m", "wxsim", "serve", "--port", "0", "--seed", "7", "--world", "demo")
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL, env=os.environ
    )
    line = (await process.stdout.readline()).decode()
    url = line.split()[3]
    async with session.get(f"{url}/console/live") as answer:
        assert answer.status == 200
        process.send_signal(sign)
        async with asyncio.timeout(60):
            assert await process.wait() == 0


async def test_a_taken_port_is_one_sentence(sim) -> None:
    port = sim.url.rpartition(":")[2]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "wxsim", "serve", "--port", port, stderr=asyncio.subprocess.PIPE
    )
    _, said = await process.communicate()
    assert process.returncode == 1
    assert said.decode().strip() == f"wxsim: cannot listen on 127.0.0.1:{port}: Address already in use"
