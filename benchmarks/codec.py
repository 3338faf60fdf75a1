"""CPU time from the raw body of an encrypted WeCom callback to its event.

The baseline checks, decrypts and parses the same body as most published samples do: a new cipher for each message and
defusedxml for both documents, with no event made. Both run in turns; the figure is the median of the rounds.
"""

import base64
import hashlib
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime

import orjson
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from defusedxml import ElementTree

from weloop.connectors.wecom import inbound
from weloop.contracts.callbacks import CallbackCredentials
from wxapi.callback import MessageCipher, SafeCodec, sign

KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
TOKEN, CORP = "benchToken", "ww0123456789abcdef"
CALLS, ROUNDS = 5_000, 7
NOW = datetime(2026, 1, 1, tzinfo=UTC)
INNER = (
    f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><FromUserName><![CDATA[sys]]></FromUserName>"
    "<CreateTime>1760000100</CreateTime><MsgType><![CDATA[event]]></MsgType>"
    "<Event><![CDATA[change_external_contact]]></Event><ChangeType><![CDATA[add_external_contact]]></ChangeType>"
    "<UserID><![CDATA[lina]]></UserID><ExternalUserID><![CDATA[wmSIM0000000000000000000000000001]]></ExternalUserID>"
    "<State><![CDATA[mp_menu_01]]></State><WelcomeCode><![CDATA[WC0001]]></WelcomeCode></xml>"
)
ENCRYPTED = MessageCipher(KEY, CORP).encrypt(INNER.encode())
BODY = f"<xml><ToUserName>{CORP}</ToUserName><Encrypt><![CDATA[{ENCRYPTED}]]></Encrypt></xml>".encode()
QUERY = {"timestamp": "1760000100", "nonce": "n1", "msg_signature": sign(TOKEN, "1760000100", "n1", ENCRYPTED)}
CREDENTIALS = CallbackCredentials(1, CORP, None, TOKEN, KEY)
CODEC = SafeCodec(TOKEN, KEY, CORP)


def read_event() -> None:
    """What the product does."""
    inbound.parse(CREDENTIALS, QUERY, BODY, NOW)


def open_only() -> None:
    """Its first half: envelope, signature, decryption, receiver."""
    CODEC.open(QUERY, BODY)


def read_plainly() -> None:
    """The baseline."""
    encrypted = ElementTree.fromstring(BODY).findtext("Encrypt") or ""
    joined = "".join(sorted((TOKEN, QUERY["timestamp"], QUERY["nonce"], encrypted)))
    assert hashlib.sha1(joined.encode(), usedforsecurity=False).hexdigest() == QUERY["msg_signature"]
    key = base64.b64decode(KEY + "=")
    decryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
    plain = decryptor.update(base64.b64decode(encrypted)) + decryptor.finalize()
    content = plain[16 : -plain[-1]]
    length = int.from_bytes(content[:4], "big")
    assert content[length + 4 :] == CORP.encode()
    assert {item.tag: item.text for item in ElementTree.fromstring(content[4 : length + 4])}


def measure(work: Callable[[], None]) -> float:
    """Microseconds of CPU per call."""
    begun = time.process_time()
    for _ in range(CALLS):
        work()
    return (time.process_time() - begun) / CALLS * 1e6


def main() -> None:
    """Print one line for each half."""
    rounds = [(measure(read_event), measure(open_only), measure(read_plainly)) for _ in range(ROUNDS)]
    event, opened, baseline = (statistics.median(column) for column in zip(*rounds, strict=True))
    for name, value in (("callback_to_event", event), ("callback_open", opened)):
        line = {"name": name, "value": round(value, 1), "unit": "us", "per_cpu_s": round(1e6 / value)}
        line |= {"baseline": round(baseline, 1), "ratio": round(baseline / value, 2), "n": CALLS * ROUNDS}
        print(orjson.dumps(line).decode())


if __name__ == "__main__":
    main()
