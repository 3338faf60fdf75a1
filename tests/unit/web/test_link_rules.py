"""Short links: where they may lead, and who is counted."""

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weloop.connectors.web.links.rules import (
    LinkEntry,
    address_for,
    clean_slug,
    clean_target,
    is_person,
    read_visitor,
)
from weloop.contracts.errors import InvalidInput

OURS = "https://go.example.com"
VISITOR = "0b9f8a1e-5c1d-4c52-9b1d-2a7f6b1f9d10"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 MicroMessenger/8.0.50 Safari/604.1"


def link_to(target: str, *, carries: bool = True) -> LinkEntry:
    """A live link."""
    return LinkEntry("expo", 1, "site_a", target, "abc234", carries, ended=False)


@pytest.mark.parametrize(
    ("given_target", "target"),
    [
        ("https://www.example.com", "https://www.example.com/"),
        ("HTTP://WWW.example.com:8080/a?b=1#c", "http://www.example.com:8080/a?b=1#c"),
        ("https://例子.测试/案例?名=值", "https://xn--fsqu00a.xn--0zwm56d/%E6%A1%88%E4%BE%8B?%E5%90%8D=%E5%80%BC"),
        ("https://example.com/a%20b?q=%E4%BD%A0", "https://example.com/a%20b?q=%E4%BD%A0"),
        ("https://[2001:db8::1]:444/x", "https://[2001:db8::1]:444/x"),
        ("https://go.example.com/landing", "https://go.example.com/landing"),
        ('https://example.com/"><script>', "https://example.com/%22%3E%3Cscript%3E"),
    ],
)
def test_targets_are_kept_as_they_are_sent(given_target: str, target: str) -> None:
    assert clean_target(given_target, OURS) == target
    assert clean_target(target, OURS) == target


@pytest.mark.parametrize(
    "target",
    [
        "", "www.example.com", "//evil.example", "/path", "javascript:alert(1)", "JaVaScript:alert(1)", "data:text/html,x",
        "file:///etc/passwd", "ftp://example.com", "https://", "https:///path", "https://good.example@evil.example/",
        "https://user:pass@example.com", "https://example.com\\@evil.example", "https://example.com/\r\nSet-Cookie: a=1",
        "https://exa mple.com", "https://example.com:99999", "https://example.com:0", "https://[::", "https://example.com/\x00",
        "https://" + "x" * 64 + ".example", "https://example.com/" + "x" * 2_000, "https://go.example.com/l/other",
        "HTTPS://GO.example.com/l/other", "weixin://dl/business",
    ],
)  # fmt: skip
def test_no_browser_is_led_there(target: str) -> None:
    with pytest.raises(InvalidInput):
        clean_target(target, OURS)


@given(st.text(max_size=40))
def test_any_text_is_a_plain_address_or_refused(text: str) -> None:
    try:
        target = clean_target(f"https://example.com/{text}", OURS)
    except InvalidInput:
        return
    address = address_for(link_to(target), VISITOR)
    assert address.isascii()
    assert address.isprintable()
    assert urlsplit(address).netloc == "example.com"
    assert parse_qs(urlsplit(address).query)["utm_state"] == ["abc234"]


def test_the_page_learns_code_and_visitor() -> None:
    target = "https://www.example.com/p?a=1&utm_state=old&ajs_aid=somebody#part"
    assert address_for(link_to(target), VISITOR) == (
        f"https://www.example.com/p?a=1&utm_state=abc234&ajs_aid={VISITOR}#part"
    )
    assert address_for(link_to(target, carries=False), VISITOR) == (
        "https://www.example.com/p?a=1&ajs_aid=somebody&utm_state=abc234#part"
    )
    assert address_for(link_to("https://a.cn/"), "") == "https://a.cn/?utm_state=abc234"


@pytest.mark.parametrize("slug", ["", "ab", "a" * 41, "-abc", "a/b", "../l", "a b", "展会", "a.b", "a?b", "a%2fb", "a\x00bc"])
def test_slugs_that_cannot_be(slug: str) -> None:
    with pytest.raises(InvalidInput):
        clean_slug(slug)


def test_slugs_are_small() -> None:
    assert clean_slug(" Expo-2026 ") == "expo-2026"


@pytest.mark.parametrize(
    ("method", "headers", "counts"),
    [
        ("GET", {"user-agent": PHONE}, True),
        ("HEAD", {"user-agent": PHONE}, False),
        ("GET", {"user-agent": PHONE, "sec-purpose": "prefetch;prerender"}, False),
        ("GET", {"user-agent": PHONE, "purpose": "prefetch"}, False),
        ("GET", {"user-agent": PHONE, "x-moz": "prefetch"}, False),
        ("GET", {"user-agent": PHONE, "x-purpose": "preview"}, False),
        ("GET", {"user-agent": "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)"}, False),
        ("GET", {"user-agent": "curl/8.5.0"}, False),
        ("GET", {"user-agent": ""}, False),
        ("GET", {}, False),
    ],
)
def test_people_are_counted_and_programs_are_not(method: str, headers: dict[str, str], counts: bool) -> None:
    assert is_person(method, headers) is counts


@pytest.mark.parametrize(
    ("cookie", "visitor"),
    [
        (f"a=b; weloop_visitor={VISITOR}; c=d", VISITOR),
        (f"weloop_visitor={VISITOR.upper()}", ""),
        ("weloop_visitor=' OR 1=1", ""),
        (f"xweloop_visitor={VISITOR}", ""),
        ("", ""),
    ],
)
def test_a_visitor_is_known_by_a_cookie_of_our_form(cookie: str, visitor: str) -> None:
    assert read_visitor(cookie, "weloop_visitor") == visitor
