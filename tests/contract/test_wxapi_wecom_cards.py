"""``wxapi.wecom``: cards, page visitors and page signatures, against the simulator and published values."""

from urllib.parse import parse_qs, urlsplit

import pytest

from wxapi.errors import CallRejected
from wxapi.transport import AiohttpTransport
from wxapi.wecom import WecomClient, authorize_url, sign_page
from wxsim.testing import Running
from wxsim.world.cards import press
from wxsim.world.demo import AGENTID, CORPID

CARD = {
    "card_type": "button_interaction",
    "task_id": "lead-1",
    "main_title": {"title": "新线索"},
    "button_list": [{"text": "接单", "key": "accept"}],
}


async def test_card_is_sent_and_updated(sim: Running, wecom: WecomClient):
    sent = await wecom.messages.send(AGENTID, ["linxiao", "nobody"], "template_card", CARD)
    assert sent.invalid_users == ("nobody",)
    assert await wecom.messages.update_template_card(AGENTID, ["linxiao"], sent.response_code, "已接单") == ()
    with pytest.raises(CallRejected) as refused:
        await wecom.messages.update_template_card(AGENTID, ["linxiao"], sent.response_code, "已接单")
    assert refused.value.errcode == 60140
    corp = sim.world.corps[CORPID]
    assert not press(sim.world, corp, corp.apps[AGENTID], corp.members["linxiao"], "lead-1", "accept")


async def test_page_visitor(sim: Running, wecom: WecomClient, transport: AiohttpTransport):
    base = f"{sim.url}/open.weixin.qq.com"
    url = authorize_url(CORPID, AGENTID, "http://127.0.0.1:1/h5/enter", "abc", base)
    assert url.endswith("#wechat_redirect")
    answer = await transport.get(url.partition("#")[0] + f"&device={CORPID}/linxiao", {})
    assert answer.status == 302
    code = next(iter(sim.world.corps[CORPID].page_codes))
    assert (await wecom.oauth.get_visitor(code)).userid == "linxiao"
    with pytest.raises(CallRejected) as refused:
        await wecom.oauth.get_visitor(code)
    assert refused.value.errcode == 40029


def test_authorize_url_of_the_platform():
    parts = urlsplit(authorize_url("ww1", 7, "https://crm.example.com/h5/enter", "abc"))
    assert (parts.netloc, parts.path) == ("open.weixin.qq.com", "/connect/oauth2/authorize")
    assert parse_qs(parts.query) == {
        "appid": ["ww1"],
        "redirect_uri": ["https://crm.example.com/h5/enter"],
        "response_type": ["code"],
        "scope": ["snsapi_base"],
        "state": ["abc"],
        "agentid": ["7"],
    }


async def test_tickets(wecom: WecomClient):
    corp, app = await wecom.js_tickets.get_corp_ticket(), await wecom.js_tickets.get_app_ticket()
    assert corp.value != app.value
    assert app.expires_in > 0


def test_page_signature_has_the_published_value():
    """Path 96909."""
    ticket = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg"
    url = "http://mp.weixin.qq.com?params=value"
    assert sign_page(ticket, "Wm3WZYTPz0wzccnW", 1414587457, url) == "0f9de62fce790f9a083d5c99e95740ceb90c27ed"
    assert sign_page(ticket, "Wm3WZYTPz0wzccnW", 1414587457, url + "#top") == sign_page(
        ticket, "Wm3WZYTPz0wzccnW", 1414587457, url
    )
