"""The platforms' error codes as data: ``errcodes.toml`` next to this file says what each asks of the caller."""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from wxapi.errors import (
    ERRMSG_CHARACTERS,
    AccountBlocked,
    ApiError,
    CallRejected,
    CapabilityMissing,
    CredentialRefused,
    PlatformBusy,
    QuotaUsedUp,
    Window,
)


class Remedy(StrEnum):
    """What an error code asks of the caller."""

    LATER = "later"
    """Ask again after a while."""
    TOKEN = "token"  # noqa: S105 - the name of a remedy
    """Get another token and ask once more."""
    CREDENTIAL = "credential"
    """Somebody must mend the account's set-up."""
    QUOTA = "quota"
    """Ask again when the window is over."""
    BLOCKED = "blocked"
    """Somebody must mend the account at the platform: it may call nothing."""
    CAPABILITY = "capability"
    """Somebody must get the account the right to this API."""
    REJECT = "reject"
    """Do not ask again."""


@dataclass(frozen=True, slots=True)
class Code:
    """One error code. ``window`` is there for quotas."""

    remedy: Remedy
    meaning: str
    window: Window = Window.MINUTE


_UNKNOWN = Code(Remedy.REJECT, "unknown error code")


@dataclass(frozen=True, slots=True)
class CodeTable:
    """The codes of one platform."""

    codes: dict[int, Code]

    def asks_for_token(self, errcode: int) -> bool:
        """Whether a fresh token may help."""
        return self.codes.get(errcode, _UNKNOWN).remedy is Remedy.TOKEN

    def error(self, path: str, errcode: int, errmsg: str) -> ApiError:
        """Make the error of a code; unknown codes are rejections."""
        code = self.codes.get(errcode, _UNKNOWN)
        text = errmsg[:ERRMSG_CHARACTERS]
        if code.remedy is Remedy.QUOTA:
            return QuotaUsedUp(path, code.meaning, errcode, text, code.window)
        return _CLASSES[code.remedy](path, code.meaning, errcode, text)


_CLASSES: dict[Remedy, type[ApiError]] = {
    Remedy.LATER: PlatformBusy,
    Remedy.TOKEN: CredentialRefused,
    Remedy.CREDENTIAL: CredentialRefused,
    Remedy.BLOCKED: AccountBlocked,
    Remedy.CAPABILITY: CapabilityMissing,
    Remedy.REJECT: CallRejected,
}


@cache
def load_table(platform: str) -> CodeTable:
    """Read the table of a platform, ``wecom`` or ``official_account``."""
    data = tomllib.loads(files("wxapi").joinpath("errcodes.toml").read_text("utf-8"))
    codes: dict[int, Code] = {}
    for remedy in Remedy:
        for errcode, meaning in data[platform].get(remedy, {}).items():
            codes[int(errcode)] = Code(remedy, meaning)
    for errcode, window in data[platform].get("windows", {}).items():
        code = codes[int(errcode)]
        codes[int(errcode)] = Code(code.remedy, code.meaning, Window(window))
    return CodeTable(codes)
