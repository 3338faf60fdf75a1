"""Why a message is not taken. Other programs read these: each says in its params what to mend."""

from weloop.contracts.errors import WeLoopError


class WriteKeyRefused(WeLoopError):
    """No live write key was given: as the user name of HTTP Basic, or as ``writeKey`` in the body."""

    code, status = "write_key", 401


class OriginRefused(WeLoopError):
    """This key is not for pages of this origin."""

    code, status = "track_origin", 403


class MessageRefused(WeLoopError):
    """A message does not fit; ``params.field`` names where."""

    code, status = "track_message", 400

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}", field=field, reason=reason)


class MessageTooLarge(WeLoopError):
    """More bytes than a message or a batch may have; ``params.max``."""

    code, status = "track_large", 413


class TooManyMessages(WeLoopError):
    """A public key sends more than one site has to say."""

    code, status = "track_rate", 429
