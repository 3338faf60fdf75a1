"""Webhooks: which events go out, signed how, where to, and when again."""

from datetime import timedelta
from ipaddress import ip_address
from typing import Any, get_args

import pytest

from weloop.connectors.web.webhooks.rules import OFFERED, Wanted, clean_url, is_public, sign, wait_after, wants
from weloop.connectors.web.webhooks.schemas import Offered
from weloop.contracts.errors import InvalidInput
from weloop.contracts.events import EventKind
from weloop.identity.api import OUR_DOING

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_the_signature_is_that_of_the_specification() -> None:
    """The vector that the libraries of Standard Webhooks test themselves with."""
    signature = sign([SECRET], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert sign([SECRET, SECRET], "m", 1, b"").split(" ")[0] == sign([SECRET], "m", 1, b"")


@pytest.mark.parametrize(
    ("where", "data", "goes"),
    [
        ({}, {"to": "mql"}, True),
        ({"to": ["sql", "won"]}, {"to": "sql"}, True),
        ({"to": ["sql"]}, {"to": "mql"}, False),
        ({"to": ["sql"], "staff": ["lina"]}, {"to": "sql", "staff": "lina"}, True),
        ({"to": ["sql"], "staff": ["lina"]}, {"to": "sql"}, False),
        ({"lead_id": ["7"]}, {"lead_id": 7}, True),
    ],
)
def test_only_what_is_wanted_goes_out(where: dict[str, list[str]], data: dict[str, Any], goes: bool) -> None:
    wanted = [Wanted("LeadAdvanced", where)]
    assert wants(wanted, EventKind.LEAD_ADVANCED, data) is goes
    assert not wants(wanted, EventKind.LEAD_CREATED, data)


def test_no_delivery_causes_the_next() -> None:
    assert not set(OFFERED) & OUR_DOING
    assert get_args(Offered) == OFFERED


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "::", "::1", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
        "64:ff9b::7f00:1", "64:ff9b:1::a00:1", "2002:7f00:1::", "2001:db8::1", "2001:0:a00:1::",
    ],
)  # fmt: skip
def test_inner_addresses_are_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["1.1.1.1", "203.119.25.1", "2606:4700::1111", "::ffff:1.1.1.1"])
def test_outer_addresses_are(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "", "crm.example.com", "http://crm.example.com/", "ftp://crm.example.com", "https://", "https://user@crm.example.com",
        "https://crm.example.com/#x", "https://crm.example.com:0/", "https://crm.example.com/\r\nX: y", "https://例子.测试/",
        "https://localhost/", "https://a.localhost/", "https://127.0.0.1/", "https://[::1]/", "https://169.254.169.254/latest",
        "https://[::ffff:10.0.0.1]/", "file:///etc/passwd", "https://crm.example.com:99999/",
    ],
)  # fmt: skip
def test_a_webhook_cannot_stand_there(url: str) -> None:
    with pytest.raises(InvalidInput):
        clean_url(url, private=False)


def test_a_deployer_may_allow_inner_networks() -> None:
    assert clean_url("http://127.0.0.1:9000/hook?a=1", private=True) == "http://127.0.0.1:9000/hook?a=1"
    assert clean_url(" https://crm.example.com/hook ", private=False) == "https://crm.example.com/hook"
    with pytest.raises(InvalidInput):
        clean_url("gopher://127.0.0.1/", private=True)


def test_ten_tries_take_hours_not_minutes() -> None:
    age = timedelta(0)
    for _ in range(9):
        age += wait_after(age)
    assert timedelta(hours=6) < age < timedelta(hours=12)
