"""Addresses of the platform."""

from wxsim.wire.http import Route, get
from wxsim.wire.wecom.call import WecomCall

ADDRESSES = ["127.0.0.1"]


def get_callback_ip(call: WecomCall) -> dict[str, object]:
    """From where callbacks come."""
    return {"ip_list": ADDRESSES}


ROUTES: dict[str, Route[WecomCall]] = {
    "/cgi-bin/getcallbackip": get(get_callback_ip),
    "/cgi-bin/get_api_domain_ip": get(get_callback_ip),
}
