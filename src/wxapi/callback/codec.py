"""Opens callbacks: signature first, then the cipher, then the receiver; only then is anything inside believed."""

from collections.abc import Mapping

from wxapi.callback.cipher import MessageCipher
from wxapi.callback.document import read_fields
from wxapi.callback.errors import BadDocument, BadSignature
from wxapi.callback.signature import check_signature, sign

_REPLY = (
    "<xml><Encrypt><![CDATA[{encrypt}]]></Encrypt><MsgSignature><![CDATA[{signature}]]></MsgSignature>"
    "<TimeStamp>{timestamp}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
)


class SafeCodec:
    """Encrypted callbacks: always for WeCom; safe and compatible mode of official accounts.

    In compatible mode the body repeats its fields in the clear; they are not signed, so they are not read.
    Make it once per account and keep it: it holds the cipher.
    """

    __slots__ = ("_cipher", "_token")

    def __init__(self, token: str, aes_key: str, receiver: str) -> None:
        self._token = _require(token)
        self._cipher = MessageCipher(aes_key, receiver)

    def open(self, query: Mapping[str, str], body: bytes) -> bytes:
        """Give the XML document inside an encrypted body; a CallbackError says why not."""
        encrypted = read_fields(body).get("Encrypt", "").strip()
        if not encrypted:
            raise BadDocument("the body has no Encrypt")
        return self._decrypt(query, encrypted)

    def verify_url(self, query: Mapping[str, str]) -> str:
        """Give the answer to WeCom's verification of a callback address: the decrypted ``echostr``, bare."""
        message = self._decrypt(query, query.get("echostr", ""))
        try:
            return message.decode()
        except UnicodeDecodeError:
            raise BadDocument("the echo is not UTF-8") from None

    def seal(self, message: str, timestamp: int, nonce: str) -> str:
        """Give the XML of an encrypted passive reply. ``timestamp`` in Unix seconds; ``nonce`` letters and digits."""
        if not nonce.isalnum():
            raise ValueError("a nonce has letters and digits")
        encrypt = self._cipher.encrypt(message.encode())
        signature = sign(self._token, str(timestamp), nonce, encrypt)
        return _REPLY.format(encrypt=encrypt, signature=signature, timestamp=timestamp, nonce=nonce)

    def _decrypt(self, query: Mapping[str, str], encrypted: str) -> bytes:
        given = query.get("msg_signature")
        check_signature(given, self._token, query.get("timestamp", ""), query.get("nonce", ""), encrypted)
        return self._cipher.decrypt(encrypted)


class PlainCodec:
    """Callbacks of official accounts in plain mode, and their verification of an address in every mode.

    The signature covers only token, time and nonce: it shows who sends, not that the body is untouched.
    """

    __slots__ = ("_token",)

    def __init__(self, token: str) -> None:
        self._token = _require(token)

    def open(self, query: Mapping[str, str], body: bytes) -> bytes:
        """Give the body once the signature fits."""
        self._check(query)
        return body

    def verify_url(self, query: Mapping[str, str]) -> str:
        """Give the answer to the verification of a callback address: ``echostr`` as it came."""
        self._check(query)
        if "echostr" not in query:
            raise BadDocument("there is no echostr")
        return query["echostr"]

    def _check(self, query: Mapping[str, str]) -> None:
        if "timestamp" not in query or "nonce" not in query:
            raise BadSignature("the signature is missing or wrong")
        check_signature(query.get("signature"), self._token, query["timestamp"], query["nonce"])


def _require(token: str) -> str:
    """An empty token would let everybody sign."""
    if not token:
        raise ValueError("a callback needs a token")
    return token
