"""Inbound callbacks: what a connector needs to read them, and the form of its reader."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from weloop.contracts.events import NewEvent


class CallbackMode(StrEnum):
    """How an official account delivers; WeCom always delivers like ``safe``."""

    PLAIN = "plain"
    COMPATIBLE = "compatible"
    SAFE = "safe"


@dataclass(frozen=True, slots=True)
class CallbackCredentials:
    """What is known of the account a callback address belongs to. Secrets are not in its repr."""

    account_id: int
    app_id: str
    """Corp id of WeCom, app id of an official account: the receiver inside the ciphertext."""
    original_id: str | None
    """``gh_…`` of an official account: the receiver named in a plain body. None: not checked."""
    token: str = field(repr=False)
    aes_key: str | None = field(repr=False)
    mode: CallbackMode = CallbackMode.SAFE


class CallbackReader(Protocol):
    """Face of ``connectors/<platform>/inbound.py``. Pure: no clock, no database, no network."""

    def parse(
        self,
        credentials: CallbackCredentials,
        query: Mapping[str, str],
        body: bytes,
        received_at: datetime,
        trace_id: str = "",
    ) -> Sequence[NewEvent]:
        """Turn one request into events; CallbackRefused with the HTTP status when it is not believed."""

    def verify_url(self, credentials: CallbackCredentials, query: Mapping[str, str]) -> str:
        """Give the body that answers the platform's verification of the address; CallbackRefused."""
