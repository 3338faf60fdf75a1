"""Platforms that wait: how fast they want to be answered is tested where nothing else is at work."""

from wxsim.limits import Limits

WELCOME_CODE_SECONDS = 120


def patient_limits() -> Limits:
    """The platforms' limits without haste."""
    return Limits(callback_timeout_seconds=60, url_verification_seconds=60, welcome_code_seconds=WELCOME_CODE_SECONDS)
