"""Units of work, keys and ready events on the test's database."""

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from weloop.contracts.events import EventKind, NewEvent
from weloop.contracts.identities import IdentityKind, IdentityRef
from weloop.entrypoints.bootstrap import build_writers
from weloop.inbox.api import SubjectKeys
from weloop.kit.clock import WorldClock
from weloop.kit.seal import Vault
from weloop.kit.unit import Units

START = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
_numbers = itertools.count(1)


@pytest.fixture
def keys() -> SubjectKeys:
    """Keys of subjects under a fixed master key."""
    return SubjectKeys(Vault(b"k" * 32))


@pytest.fixture
def units(engine: AsyncEngine, keys: SubjectKeys) -> Units:
    """Units of work that write commands and events."""
    return Units(engine, WorldClock(), build_writers(keys))


@pytest.fixture
def contact_added() -> Callable[..., NewEvent]:
    """Makes ContactAdded events; ``person`` numbers the customer."""

    def make(person: int = 1, *, dedupe: str = "", seconds: float = 0, **changes: object) -> NewEvent:
        return NewEvent(
            account_id=1,
            kind=EventKind.CONTACT_ADDED,
            dedupe=dedupe or f"added {next(_numbers)}",
            occurred_at=START + timedelta(seconds=seconds),
            subject=IdentityRef(IdentityKind.EXTERNAL_CONTACT, "ww1", f"wm{person:030d}"),
            data={"staff": "lina", "state": "expo"},
            personal={"welcome_code": f"CODE{person}"},
            **changes,  # type: ignore[arg-type]
        )

    return make
