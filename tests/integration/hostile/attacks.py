"""Requests that an attacker, or a platform gone mad, could send: seeded, each with the answers it may get."""

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from urllib.parse import urlencode

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from wxsim.wire.crypto import sign

BLOCK = 32
MEBIBYTE = 1024 * 1024
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
RECEIVERS = {"wecom": "ww5a1e0000000demo1", "safe": "wx5a1e0000000demo2", "compatible": "wx5a1e0000000demo3"}
STORED, MALFORMED, UNSIGNED, UNKNOWN, TOO_LARGE = {200}, {400}, {401}, {404}, {413}
BOMB = (
    '<!DOCTYPE xml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">'
    '<!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;"><!ENTITY f "&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;">]>'
    "<xml><Encrypt>&f;</Encrypt></xml>"
)
DOCUMENTS = [
    BOMB.encode(),
    b'<!DOCTYPE xml [<!ENTITY x SYSTEM "file:///etc/passwd">]><xml><Encrypt>&x;</Encrypt></xml>',
    b'<!DOCTYPE xml SYSTEM "http://127.0.0.1:9/evil.dtd"><xml><Encrypt>x</Encrypt></xml>',
    b'<!DOCTYPE xml [<!ENTITY a "' + b"a" * 20_000 + b'">]><xml><Encrypt>' + b"&a;" * 2_000 + b"</Encrypt></xml>",
    '<?xml version="1.0" encoding="UTF-16"?>'.encode("utf-16") + BOMB.encode("utf-16-le"),
    b'<?xml version="1.0" encoding="UTF-7"?>' + BOMB.encode(),
    b"<xml>" * 20_000,
    b"<xml>" + b"<a/>" * 20_000 + b"</xml>",
    b"<xml " + b" ".join(b'a%d="1"' % number for number in range(5_000)) + b"><Encrypt></Encrypt></xml>",
    b"<xml><Encrypt>" + b"]]>" * 1_000 + b"</Encrypt></xml>",
    b"<xml><Encrypt><![CDATA[" + b"a" * 5_000,
    b"<xml><Encrypt>&#0;</Encrypt></xml>",
    b"<xml><Encrypt>\xff\xfe</Encrypt></xml>",
    b"<html><Encrypt>x</Encrypt></html>",
    b"<xml></xml><xml></xml>",
    b'{"Encrypt": "x"}',
    b"Encrypt=x",
    b"\x1f\x8b\x08\x00" + b"\x00" * 64,
    b"\x00" * 4_096,
    b"",
]
"""Bodies without a valid Encrypt that must cost next to nothing."""
NUMBERS = ["9" * 400, "-1", "1e9", "NaN", "１７９５", "0x10", str(2**63), str(2**31), "1.5", "", " ", "1795403838 1"]
TEXTS = ["x" * 200, "x" * 20_000, "‮", "\ufffe", "'; DROP TABLE event; --", "\\u0000", "%s%n", "👾" * 100, "{}", " "]


@dataclass(frozen=True, slots=True)
class Attack:
    """One request. ``occurrence`` names the event that it may become; ``cut``: hang up after sending it."""

    name: str
    request: bytes
    expected: set[int]
    occurrence: str = ""
    cut: bool = False


class Attacker:
    """Makes attacks. It knows the token and the key: what is only unsigned is refused too early to be a test."""

    def __init__(self, seed: int, token: str, aes_key: str) -> None:
        self._random = Random(seed)
        self._token = token
        key = base64.b64decode(aes_key + "=")
        self._cipher = Cipher(algorithms.AES(key), modes.CBC(key[:16]))
        self._count = 0
        self._originals: list[tuple[str, str, bytes, str]] = []
        self._kinds: list[tuple[int, Callable[[], Attack]]] = [
            (10, self._valid),
            (6, self._repeated),
            (34, self._with_changed_body),
            (14, self._with_changed_query),
            (14, self._cut_short),
            (16, self._with_wrong_signature),
            (14, self._with_broken_cipher),
            (14, self._with_wrong_length),
            (10, self._for_another_receiver),
            (22, self._with_hostile_inside),
            (10, self._with_hostile_envelope),
            (8, self._plain_hostile),
            (6, self._for_nobody),
            (4, self._with_other_method),
            (4, self._verification),
            (1, self._abandoned),
        ]

    def attacks(self, count: int) -> Iterator[Attack]:
        """``count`` of them, some too large. The first are valid, so that others can be made from them."""
        for _ in range(20):
            yield self._valid()
        weights, makers = zip(*self._kinds, strict=True)
        for number, make in enumerate(self._random.choices(makers, weights, k=count - 20)):
            yield self._too_large() if number % 500 == 499 else make()

    def _valid(self) -> Attack:
        account = self._random.choice(("wecom", "wecom", "safe", "compatible"))
        self._count += 1
        inner = self._contact_event() if account == "wecom" else self._follower_event(account)
        path, body = self._envelope(account, inner.encode())
        occurrence = f"valid {self._count}"
        if len(self._originals) < 400:
            self._originals.append((account, path, body, occurrence))
        return Attack("valid", _post(path, body), STORED, occurrence)

    def _contact_event(self, **changes: str) -> str:
        fields = {
            "ToUserName": RECEIVERS["wecom"], "FromUserName": "sys", "CreateTime": str(1_795_000_000 + self._count),
            "MsgType": "event", "Event": "change_external_contact", "ChangeType": "add_external_contact",
            "UserID": "lina", "ExternalUserID": f"wm{self._count:030d}", "State": "expo", "WelcomeCode": "C" * 40,
        }  # fmt: skip
        return _xml({**fields, **changes})

    def _follower_event(self, account: str, **changes: str) -> str:
        fields = {
            "ToUserName": f"gh_{account}00", "FromUserName": f"o{self._count:027d}",
            "CreateTime": str(1_795_000_000 + self._count), "MsgType": "event", "Event": "subscribe", "EventKey": "",
        }  # fmt: skip
        return _xml({**fields, **changes})

    def _original(self) -> tuple[str, str, bytes, str]:
        return self._random.choice(self._originals)

    def _repeated(self) -> Attack:
        _, path, body, occurrence = self._original()
        return Attack("repeated", _post(path, body), STORED, occurrence)

    def _with_changed_body(self) -> Attack:
        """Bytes flipped, deleted, inserted or doubled. What is not signed may change: then it is the same event."""
        _, path, body, occurrence = self._original()
        changed = bytearray(body)
        for _ in range(self._random.choice((1, 1, 2, 8))):
            place = self._random.randrange(len(changed))
            how = self._random.randrange(4)
            if how == 0:
                changed[place] = self._random.randrange(256)
            elif how == 1:
                del changed[place]
            elif how == 2:
                changed.insert(place, self._random.randrange(256))
            else:
                changed[place:place] = changed[place : place + self._random.randrange(64)]
        return Attack("changed body", _post(path, bytes(changed)), STORED | MALFORMED | UNSIGNED, occurrence)

    def _with_changed_query(self) -> Attack:
        _, path, body, occurrence = self._original()
        address, _, query = path.partition("?")
        place = self._random.randrange(len(query))
        piece = "".join(self._random.choices("abcdef0123456789%&=+;.~", k=self._random.choice((0, 1, 1, 3, 2_000))))
        changed = query[:place] + piece + query[place + self._random.randrange(12) :]
        expected = STORED | MALFORMED | UNSIGNED
        return Attack("changed query", _post(f"{address}?{changed}", body), expected, occurrence)

    def _cut_short(self) -> Attack:
        """The length says that this is all."""
        _, path, body, _ = self._original()
        return Attack("cut short", _post(path, body[: self._random.randrange(len(body) - 1)]), MALFORMED)

    def _with_wrong_signature(self) -> Attack:
        account, _, body, _ = self._original()
        wrong = self._random.choice(("", "0" * 40, "x" * 4_000, "签名", "\x00", "a" * 39))
        query = {"msg_signature": wrong, "timestamp": "1795000000", "nonce": "n"}
        missing = self._random.choice((None, "msg_signature", "timestamp", "nonce"))
        query.pop(missing or "", None)
        return Attack("wrong signature", _post(f"/callback/{account}?{urlencode(query)}", body), UNSIGNED)

    def _with_broken_cipher(self) -> Attack:
        """Signed as it should be, but what is inside was never encrypted with the key, or was cut."""
        account = self._random.choice(tuple(RECEIVERS))
        sealed = base64.b64decode(self._seal(account, b"<xml></xml>"))
        blocks = self._random.randrange(1, 9)
        text = self._random.choice(
            (
                lambda: base64.b64encode(sealed[: self._random.randrange(1, len(sealed))]).decode(),
                lambda: base64.b64encode(self._random.randbytes(BLOCK * blocks)).decode(),
                lambda: base64.b64encode(self._random.randbytes(self._random.randrange(1, 200))).decode(),
                lambda: self._random.choice(("!", "====", "AAAA", "A", "AA=A", "\t", "é", "A" * 100_000)),
            )
        )()
        path, body = self._sign(account, text)
        return Attack("broken cipher", _post(path, body), MALFORMED)

    def _with_wrong_length(self) -> Attack:
        account = self._random.choice(tuple(RECEIVERS))
        message = b"<xml></xml>"
        length = self._random.choice((0, 1, len(message) - 1, len(message) + 1, 10_000, 2**31 - 1, 2**31, 2**32 - 1))
        plain = self._random.randbytes(16) + length.to_bytes(4, "big") + message + RECEIVERS[account].encode()
        pad = BLOCK - len(plain) % BLOCK
        pads = self._random.choice((bytes([pad]) * pad, b"\x00" * pad, b"\xff" * pad, bytes([pad + 32]) * pad))
        path, body = self._sign(account, self._encrypt(plain + pads))
        return Attack("wrong length", _post(path, body), MALFORMED)

    def _for_another_receiver(self) -> Attack:
        account = self._random.choice(tuple(RECEIVERS))
        other = self._random.choice(("", "wwother", RECEIVERS[account] + "x", RECEIVERS[account][:-1], "签"))
        path, body = self._sign(account, self._seal(account, self._contact_event().encode(), receiver=other))
        return Attack("another receiver", _post(path, body), MALFORMED)

    def _with_hostile_inside(self) -> Attack:
        """Signed and encrypted as it should be: the platform itself says something mad."""
        account = self._random.choice(tuple(RECEIVERS))
        self._count += 1
        occurrence = f"hostile {self._count}"
        if self._random.random() < 0.3:
            document = self._random.choice([each for each in DOCUMENTS if len(each) < 30_000])
            path, body = self._envelope(account, document)
            return Attack("hostile document", _post(path, body), MALFORMED)
        path, body = self._envelope(account, self._mad_event(account).encode())
        return Attack("hostile fields", _post(path, body), STORED | MALFORMED, occurrence)

    def _mad_event(self, account: str) -> str:
        """Each is another occurrence: the number is in a field that every kind of event counts by."""
        subject = "ExternalUserID" if account == "wecom" else "FromUserName"
        names = [
            "CreateTime",
            "Event",
            "ChangeType",
            "MsgType",
            "UserID",
            "State",
            "WelcomeCode",
            "EventKey",
            "Content",
        ]
        name = self._random.choice(names)
        value = self._random.choice(NUMBERS if name == "CreateTime" else TEXTS)
        changes = {name: value, "Number": str(self._count)}
        if self._random.random() < 0.1:
            changes[subject] = f"{self._count} " + self._random.choice(TEXTS)
        if name in ("MsgType", "Content"):
            changes |= {"MsgType": value if name == "MsgType" else "text", "MsgId": f"{self._count:d}{'0' * 90}"}
        make = self._contact_event if account == "wecom" else lambda **fields: self._follower_event(account, **fields)
        return str(make(**changes))

    def _with_hostile_envelope(self) -> Attack:
        account = self._random.choice(tuple(RECEIVERS))
        path, _ = self._sign(account, "x")
        return Attack("hostile envelope", _post(path, self._random.choice(DOCUMENTS)), MALFORMED)

    def _plain_hostile(self) -> Attack:
        """Plain mode signs only time and nonce, so anything at all can stand in the body."""
        timestamp, nonce = "1795000000", "n"
        query = {"signature": sign(self._token, timestamp, nonce), "timestamp": timestamp, "nonce": nonce}
        path = f"/callback/plain?{urlencode(query)}"
        self._count += 1
        if self._random.random() < 0.4:
            return Attack("plain document", _post(path, self._random.choice(DOCUMENTS)), MALFORMED)
        body = self._mad_event("plain").encode()
        return Attack("plain fields", _post(path, body), STORED | MALFORMED, f"hostile {self._count}")

    def _for_nobody(self) -> Attack:
        key = self._random.choice(("nobody", "a" * 4_000, "%00", "%2e%2e", "..%2fwecom", "%ff%fe", "wecom%20", "a/b"))
        return Attack("for nobody", _post(f"/callback/{key}", b"<xml></xml>"), UNKNOWN)

    def _with_other_method(self) -> Attack:
        _, path, body, _ = self._original()
        method = self._random.choice(("PUT", "DELETE", "PATCH", "OPTIONS"))
        return Attack("other method", _request(method, path, body), {405})

    def _verification(self) -> Attack:
        echo = self._random.choice(("", "x", "A" * 44, self._seal("wecom", b"\xff\xfe"), self._seal("wecom", b"echo")))
        signature = sign(self._token, "1", "n", echo) if self._random.random() < 0.5 else "0" * 40
        query = urlencode({"msg_signature": signature, "timestamp": "1", "nonce": "n", "echostr": echo})
        return Attack("verification", _request("GET", f"/callback/wecom?{query}"), STORED | MALFORMED | UNSIGNED)

    def _abandoned(self) -> Attack:
        _, path, body, _ = self._original()
        request = _post(path, body)
        return Attack("abandoned", request[: self._random.randrange(1, len(request) - 1)], set(), cut=True)

    def _too_large(self) -> Attack:
        """By its word, by its chunks, or exactly one byte too large."""
        _, path, _, _ = self._original()
        how = self._random.randrange(3)
        if how == 0:
            head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {self._random.choice((10**9, 10**15))}\r\n\r\n"
            return Attack("too large", head.encode() + b"<xml>", TOO_LARGE, cut=True)
        if how == 1:
            head = f"POST {path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
            chunk = b"10000\r\n" + b"a" * 0x10000 + b"\r\n"
            return Attack("too large", head.encode() + chunk * 17 + b"0\r\n\r\n", TOO_LARGE, cut=True)
        return Attack("too large", _post(path, b"a" * (MEBIBYTE + 1)), TOO_LARGE, cut=True)

    def _envelope(self, account: str, message: bytes) -> tuple[str, bytes]:
        return self._sign(account, self._seal(account, message))

    def _sign(self, account: str, sealed: str) -> tuple[str, bytes]:
        timestamp, nonce = str(self._random.randrange(10**9, 2 * 10**9)), "".join(self._random.choices(LETTERS, k=10))
        query = {"timestamp": timestamp, "nonce": nonce, "msg_signature": sign(self._token, timestamp, nonce, sealed)}
        if account != "wecom":
            query |= {"signature": sign(self._token, timestamp, nonce), "openid": "o" * 28, "encrypt_type": "aes"}
        outer = {"ToUserName": RECEIVERS[account], "AgentID": "1000002", "Encrypt": sealed}
        return f"/callback/{account}?{urlencode(query)}", _xml(outer).encode()

    def _seal(self, account: str, message: bytes, *, receiver: str | None = None) -> str:
        end = (RECEIVERS[account] if receiver is None else receiver).encode()
        plain = self._random.randbytes(16) + len(message).to_bytes(4, "big") + message + end
        pad = BLOCK - len(plain) % BLOCK
        return self._encrypt(plain + bytes([pad]) * pad)

    def _encrypt(self, plain: bytes) -> str:
        return base64.b64encode(self._cipher.encryptor().update(plain)).decode()


def _xml(fields: dict[str, str]) -> str:
    return "<xml>" + "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in fields.items()) + "</xml>"


def _post(path: str, body: bytes) -> bytes:
    return _request("POST", path, body)


def _request(method: str, path: str, body: bytes = b"") -> bytes:
    head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body
