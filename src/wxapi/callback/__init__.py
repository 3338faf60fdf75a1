"""What the platforms push to a server: envelope, signature, cipher, receiver and the document inside."""

from wxapi.callback.cipher import MessageCipher
from wxapi.callback.codec import PlainCodec, SafeCodec
from wxapi.callback.document import MAX_BYTES, read_fields, read_list, read_rows
from wxapi.callback.errors import (
    BadCiphertext,
    BadDocument,
    BadReceiver,
    BadSignature,
    CallbackError,
    CallbackTooLarge,
)
from wxapi.callback.signature import sign

__all__ = [
    "MAX_BYTES",
    "BadCiphertext",
    "BadDocument",
    "BadReceiver",
    "BadSignature",
    "CallbackError",
    "CallbackTooLarge",
    "MessageCipher",
    "PlainCodec",
    "SafeCodec",
    "read_fields",
    "read_list",
    "read_rows",
    "sign",
]
