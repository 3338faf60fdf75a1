"""No call, however odd, breaks a platform: every answer is a code."""

from random import Random

import orjson
import pytest

from wxsim.clock import WorldClock
from wxsim.simulator import Simulator
from wxsim.wire.http import Request
from wxsim.wire.official_account.platform import HOST as ACCOUNT_HOST
from wxsim.wire.official_account.platform import ROUTES as ACCOUNT_ROUTES
from wxsim.wire.wecom.platform import HOST as WECOM_HOST
from wxsim.wire.wecom.platform import ROUTES as WECOM_ROUTES

NAMES = (
    "type scene style user party state remark skip_verify config_id welcome_code text attachments content msgtype link "
    "image media_id title url userid external_userid userid_list cursor limit group_id group_name tag tag_id name id "
    "order add_tag remove_tag touser toparty agentid textcard articles action_name action_info scene_id scene_str "
    "visible_range sender_list external_contact_list tag_list moment_id start_time end_time filter_type video "
    "media_type attachment_type jobid "
    "template_card card_type task_id main_title card_action button_list response_code button replace_name key code "
    "expire_seconds openid user_list tagid openid_list cgi_path appid action remark_mobiles is_temp expires_in list"
).split()
VALUES = (
    None,
    True,
    False,
    0,
    1,
    2,
    -1,
    10**18,
    1.5,
    "",
    "x",
    "²",
    "linxiao",
    "wmX",
    "@all",
    "text",
    "image",
    "link",
    "1|2",
)


def odd_value(random: Random, depth: int = 0) -> object:
    if depth < 3 and random.random() < 0.4:
        if random.random() < 0.5:
            return {random.choice(NAMES): odd_value(random, depth + 1) for _ in range(random.randrange(6))}
        return [odd_value(random, depth + 1) for _ in range(random.randrange(4))]
    return random.choice(VALUES)


def odd_body(random: Random) -> bytes:
    body = orjson.dumps({random.choice(NAMES): odd_value(random) for _ in range(random.randrange(12))})
    if random.random() < 0.1:
        return body[: random.randrange(len(body) + 1)]
    return b"[]" if random.random() < 0.05 else body


@pytest.mark.parametrize("host", [WECOM_HOST, ACCOUNT_HOST])
def test_every_answer_is_a_code(host: str) -> None:
    simulator, random = Simulator("7", clock=WorldClock(stepped=True, start=1772413200)), Random(7)
    simulator.world.switches.quotas = False
    wecom = host == WECOM_HOST
    platform = simulator.wecom if wecom else simulator.official_accounts
    owner = "ww5a1e0000000demo1/1000002" if wecom else "wx5a1e0000000demo2"
    token = platform.tokens.issue(owner).token
    paths = sorted(WECOM_ROUTES if wecom else ACCOUNT_ROUTES)
    for _ in range(4000):
        path = random.choice(paths)
        route = (WECOM_ROUTES if wecom else ACCOUNT_ROUTES)[path]
        query = {"access_token": token, **{random.choice(NAMES): str(random.choice(VALUES)) for _ in range(2)}}
        request = Request(route.method, host, path, query, odd_body(random), "multipart/form-data; boundary=x", "::1")
        answer = platform.handle(request)
        assert answer.status in (200, 404)
        if answer.content_type.startswith("application/json"):
            assert isinstance(orjson.loads(answer.body).get("errcode", 0), int)
