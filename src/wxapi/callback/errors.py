"""Why a callback is refused. The texts are fixed: nothing of the callback is repeated in them."""


class CallbackError(Exception):
    """Base of all refusals."""


class CallbackTooLarge(CallbackError):
    """The body is over the cap."""


class BadSignature(CallbackError):
    """The signature is missing or another."""


class BadReceiver(CallbackError):
    """It is meant for another corp or app."""


class BadDocument(CallbackError):
    """The XML is not of the documented form."""


class BadCiphertext(CallbackError):
    """Base64, length or padding does not fit."""
