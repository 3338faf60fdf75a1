"""Quotas, faults, bubbles: the parts that decide without a wire."""

from wxsim.clock import WorldClock
from wxsim.console.bubbles import avatar_of, clock_text, local_picture, rich_text, safe_href, size_text
from wxsim.console.place import read_place
from wxsim.faults import FaultRule, Faults
from wxsim.limits import Limits, describe_limits
from wxsim.quota import Quotas
from wxsim.world.demo import build_demo
from wxsim.world.following import follow, spend, write
from wxsim.world.world import World

NOON = 1772413200.0  # 2026-03-02 09:00 Beijing


def test_over_the_minute_blocks_for_a_minute() -> None:
    quotas = Quotas()
    assert [quotas.take("api", 2, 60, NOON) for _ in range(3)] == [True, True, False]
    assert not quotas.take("api", 2, 60, NOON + 59)
    assert quotas.take("api", 2, 60, NOON + 60)
    assert quotas.take("other", 2, 60, NOON)
    assert quotas.take("api", None, 60, NOON)


def test_a_day_turns_over_at_midnight_in_beijing() -> None:
    quotas = Quotas()
    midnight = NOON + 15 * 3600
    assert quotas.take_day("api", 1, NOON)
    assert not quotas.take_day("api", 1, midnight - 1)
    assert quotas.take_day("api", 1, midnight)
    assert quotas.used_today("api", midnight) == 1
    quotas.clear_day("ap")
    assert quotas.used_today("api", midnight) == 0


def test_every_limit_names_its_source() -> None:
    for name, figure in describe_limits(Limits()).items():
        assert figure["source"], name
        assert figure["as_of"], name


def test_faults_are_seeded_and_counted() -> None:
    def throw() -> list[bool]:
        faults = Faults("9")
        faults.rules.append(FaultRule("drop", probability=0.5))
        return [faults.for_callback("wx1", "subscribe").drop for _ in range(40)]

    assert throw() == throw()
    assert 5 < sum(throw()) < 35
    faults = Faults("9")
    faults.rules.append(FaultRule("errcode", "api.weixin.qq.com/*", value=-1, times=2))
    assert faults.for_call("qyapi.weixin.qq.com", "/cgi-bin/user/get") is None
    struck = [faults.for_call("api.weixin.qq.com", "/cgi-bin/user/get") for _ in range(3)]
    assert [bool(each) for each in struck] == [True, True, False]


def test_message_windows() -> None:
    world = World("1", clock=WorldClock(stepped=True, start=NOON))
    build_demo(world)
    account, person = world.accounts["wx5a1e0000000demo2"], world.people["p00001"]
    follower = follow(world, account, person)
    assert [spend(world, follower) for _ in range(4)] == ["ok", "ok", "ok", "spent"]
    world.clock.advance(60)
    assert spend(world, follower) == "closed"
    write(world, account, person, "你好")
    assert [spend(world, follower) for _ in range(6)] == ["ok"] * 5 + ["spent"]
    write(world, account, person, "还在吗")
    assert spend(world, follower) == "ok"
    world.clock.advance(48 * 3600)
    assert spend(world, follower) == "closed"
    world.limits.message_window_count = None
    write(world, account, person, "又来了")
    assert {spend(world, follower) for _ in range(50)} == {"ok"}


def test_hostile_text_is_escaped_and_only_web_links_live() -> None:
    assert str(rich_text('<img src=x onerror="alert(1)">')) == "&lt;img src=x onerror=&#34;alert(1)&#34;&gt;"
    assert "javascript" not in str(rich_text("<a href='javascript:alert(1)'>x</a>")).partition("&lt;")[0]
    assert "<a " not in str(rich_text("<a href='javascript:alert(1)'>x</a>"))
    link = str(rich_text('看<a href="https://example.com/a?b=1&c=2" onclick="x()">这里</a>'))
    assert '<a href="https://example.com/a?b=1&amp;c=2" target="_blank" rel="noopener noreferrer">这里</a>' in link
    assert "onclick" not in link
    assert safe_href("javascript:alert(1)") == safe_href("data:text/html,x") == safe_href("http://[") == ""


def test_pictures_come_from_this_machine_only() -> None:
    base = "http://127.0.0.1:8711"
    assert local_picture("https://img.example.com/a.png", base) == ""
    assert local_picture("//img.example.com/a.png", base) == ""
    assert local_picture(base + "/media/x", base) == "/media/x"
    assert local_picture("http://127.0.0.1:8710/f/1", base) == "http://127.0.0.1:8710/f/1"
    assert local_picture("http://127.0.0.1.example.com/a.png", base) == ""


def test_times_read_as_on_a_phone() -> None:
    assert clock_text(NOON, NOON + 60) == "09:00"
    assert clock_text(NOON - 10 * 3600, NOON) == "昨天 23:00"
    assert clock_text(NOON - 20 * 86400, NOON) == "2月10日 09:00"
    assert clock_text(NOON - 200 * 86400, NOON) == "2025年8月14日 09:00"
    assert [size_text(each) for each in ("", "12", "2048", "3145728")] == ["0 B", "12 B", "2.0 KB", "3.0 MB"]


def test_a_place_survives_its_url() -> None:
    place = read_place({"person": "p1", "chat": "staff:ww:lin", "tab": "nonsense"})
    assert place.tab == "chats"
    assert place.url(chat="") == "/console?person=p1"
    assert read_place({}).url() == "/console"


def test_every_chat_of_an_app_has_a_portrait() -> None:
    assert avatar_of("app:corp:1000002", "线索助手", {}).startswith("/avatar/app/1000002.svg")
    assert avatar_of("mass:corp", "群发助手", {}).startswith("/avatar/app/corp.svg")
