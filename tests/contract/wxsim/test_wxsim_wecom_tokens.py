"""gettoken and what every call checks first."""

import pytest

CORP = "ww5a1e0000000demo1"


@pytest.fixture
def secret(sim) -> str:
    return sim.world.corps[CORP].apps[1000002].secret


async def test_the_same_token_while_it_lives_then_a_new_one(wecom, sim, secret) -> None:
    first = wecom.token
    sim.world.clock.advance(7199)
    again = await wecom.get("gettoken", corpid=CORP, corpsecret=secret)
    assert again == {"errcode": 0, "errmsg": "ok", "access_token": first, "expires_in": 1}
    sim.world.clock.advance(1)
    assert (await wecom.get("user/get", userid="linxiao"))["errcode"] == 42001
    fresh = await wecom.get("gettoken", corpid=CORP, corpsecret=secret)
    assert fresh["access_token"] != first
    assert fresh["expires_in"] == 7200


async def test_an_early_death(wecom, control, secret) -> None:
    assert (await control("POST", "tokens", {"owner": f"{CORP}/1000002"}))["found"]
    assert (await wecom.get("user/get", userid="linxiao"))["errcode"] == 40014
    wecom.token = (await wecom.get("gettoken", corpid=CORP, corpsecret=secret))["access_token"]
    assert (await wecom.get("user/get", userid="linxiao"))["errcode"] == 0


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({}, 41002),
        ({"corpid": CORP}, 41004),
        ({"corpid": "ww0000000000000000", "corpsecret": "x"}, 40013),
        ({"corpid": CORP, "corpsecret": "x"}, 40001),
    ],
)
async def test_wrong_credentials(wecom, query, code) -> None:
    answer = await wecom.get("gettoken", **query)
    assert answer["errcode"] == code
    assert "access_token" not in answer
    assert answer["errmsg"].endswith(f"more info at https://open.work.weixin.qq.com/devtool/query?e={code}")
    assert ", hint: [1772413200_" in answer["errmsg"]
    assert "from ip: 127.0.0.1" in answer["errmsg"]


async def test_another_corps_secret(wecom, control, secret) -> None:
    await control("POST", "corps", {"corpid": "ww1111111111111111", "apps": [{"agentid": 1, "secret": "other"}]})
    assert (await wecom.get("gettoken", corpid=CORP, corpsecret="other"))["errcode"] == 40091


async def test_a_token_is_needed_and_must_be_known(wecom) -> None:
    wecom.token = ""
    assert (await wecom.get("user/get", userid="linxiao"))["errcode"] == 41001
    wecom.token = "nonsense"
    assert (await wecom.get("user/get", userid="linxiao"))["errcode"] == 40014


async def test_an_address_that_is_not_trusted(wecom, control, secret) -> None:
    await control("PATCH", f"corps/{CORP}/apps/1000002", {"trusted_ips": ["203.0.113.7"]})
    assert (await wecom.get("user/get", userid="linxiao"))["errcode"] == 60020
    assert (await wecom.get("gettoken", corpid=CORP, corpsecret=secret))["errcode"] == 60020
    await control("PATCH", f"corps/{CORP}/apps/1000002", {"trusted_ips": ["127.0.0.1"]})
    assert (await wecom.get("user/get", userid="linxiao"))["errcode"] == 0


async def test_repeated_wrong_secrets_block_the_address(wecom, sim, secret) -> None:
    sim.world.limits.wrong_secrets_before_block = 2
    codes = [(await wecom.get("gettoken", corpid=CORP, corpsecret="x"))["errcode"] for _ in range(4)]
    assert codes == [40001, 40001, 40001, 45009]
    sim.world.clock.advance(3600)
    assert (await wecom.get("gettoken", corpid=CORP, corpsecret=secret))["errcode"] == 0


async def test_calls_are_counted_per_minute(wecom, sim) -> None:
    sim.world.limits.wecom_calls_per_minute = 2
    codes = [(await wecom.get("user/get", userid="linxiao"))["errcode"] for _ in range(3)]
    assert codes == [0, 0, 45009]
    assert (await wecom.get("department/list"))["errcode"] == 0
    sim.world.clock.advance(60)
    assert (await wecom.get("user/get", userid="linxiao"))["errcode"] == 0
    sim.world.switches.quotas = False
    codes = [(await wecom.get("user/get", userid="linxiao"))["errcode"] for _ in range(5)]
    assert codes == [0] * 5


async def test_the_host_header_names_the_platform_too(sim, session, secret) -> None:
    query = {"corpid": CORP, "corpsecret": secret}
    headers = {"Host": "qyapi.weixin.qq.com"}
    async with session.get(f"{sim.url}/cgi-bin/gettoken", params=query, headers=headers) as answer:
        assert (await answer.json())["errcode"] == 0


async def test_wrong_method_and_unknown_path(wecom, sim, session) -> None:
    assert (await wecom.get("externalcontact/add_contact_way"))["errcode"] == 40063
    async with session.get(f"{sim.wecom_base}/cgi-bin/nothing/here") as answer:
        assert answer.status == 404
