"""Platforms that wait: how fast they want to be answered is tested where nothing else is at work."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from weloop.journeys import sending
from wxsim.limits import Limits

WELCOME_CODE_SECONDS = 120


@asynccontextmanager
async def patience() -> AsyncIterator[Limits]:
    """The platforms' limits without haste, for as long as the product gives no welcome up sooner than they do."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sending, "WELCOME_LIFE", timedelta(seconds=WELCOME_CODE_SECONDS))
        yield Limits(
            callback_timeout_seconds=60, url_verification_seconds=60, welcome_code_seconds=WELCOME_CODE_SECONDS
        )
