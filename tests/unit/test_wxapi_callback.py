"""What the callback codec refuses, and that nothing but its own refusals ever comes out of it."""

import base64
import struct

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from defusedxml import ElementTree
from hypothesis import given, settings
from hypothesis import strategies as st

from wxapi.callback import (
    MAX_BYTES,
    BadCiphertext,
    BadDocument,
    BadReceiver,
    BadSignature,
    CallbackError,
    CallbackTooLarge,
    MessageCipher,
    PlainCodec,
    SafeCodec,
    document,
    read_fields,
    read_list,
    sign,
)

KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
TOKEN, CORP = "simTokenWecom2026", "ww0123456789abcdef"
CODEC = SafeCodec(TOKEN, KEY, CORP)
INNER = b"<xml><MsgType><![CDATA[event]]></MsgType><CreateTime>1760000100</CreateTime></xml>"


def push(encrypted: str, token: str = TOKEN) -> tuple[dict[str, str], bytes]:
    """A signed push of a ciphertext."""
    query = {"timestamp": "1760000100", "nonce": "n1", "msg_signature": sign(token, "1760000100", "n1", encrypted)}
    return query, f"<xml><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>".encode()


def encrypt_raw(plain: bytes) -> str:
    """Encrypt bytes as they are, to make what no honest platform sends."""
    key = base64.b64decode(KEY + "=")
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()


def pack(message: bytes, receiver: bytes, length: int | None = None) -> bytes:
    size = len(message) if length is None else length
    return b"r" * 16 + struct.pack(">I", size) + message + receiver


def pad(plain: bytes) -> bytes:
    size = 32 - len(plain) % 32
    return plain + bytes([size]) * size


VALID_QUERY, VALID_BODY = push(MessageCipher(KEY, CORP).encrypt(INNER))


def test_signed_push_opens():
    assert CODEC.open(VALID_QUERY, VALID_BODY) == INNER


@pytest.mark.parametrize(
    ("plain", "refusal"),
    [
        (pad(pack(INNER, b"ww_another_corp_id")), BadReceiver),
        (pad(pack(INNER, b"")), BadReceiver),
        (pad(pack(INNER, CORP.encode() + b"x")), BadReceiver),
        (pad(pack(INNER, CORP.encode(), length=2**32 - 1)), BadCiphertext),
        (pad(pack(INNER, CORP.encode(), length=len(INNER) + 200)), BadCiphertext),
        (pad(pack(INNER, CORP.encode(), length=0)), BadReceiver),
        (pack(b"", b"").ljust(32, b"\0"), BadCiphertext),
        (pack(b"", b"").ljust(31, b"r") + b"\x21", BadCiphertext),
        (pad(pack(INNER, CORP.encode()))[:-2] + b"\x01\x05", BadCiphertext),
        (b"\x20" * 32, BadCiphertext),
    ],
    ids=[
        "receiver-other",
        "receiver-missing",
        "receiver-longer",
        "length-huge",
        "length-over",
        "length-zero",
        "pad-zero",
        "pad-33",
        "pad-uneven",
        "nothing-but-padding",
    ],
)
def test_decrypted_nonsense_is_refused(plain: bytes, refusal: type[CallbackError]):
    query, body = push(encrypt_raw(plain))
    with pytest.raises(refusal):
        CODEC.open(query, body)


@pytest.mark.parametrize("encrypted", ["", "A", "not base64!", "AAAA", "A" * 44, base64.b64encode(b"x" * 48).decode()])
def test_broken_ciphertext_is_refused(encrypted: str):
    query, body = push(encrypted)
    with pytest.raises((BadCiphertext, BadDocument)):
        CODEC.open(query, body)


@pytest.mark.parametrize("cut", [1, 4, 16, 24, 43, 44, 64])
def test_truncated_ciphertext_is_refused(cut: int):
    query, body = push(MessageCipher(KEY, CORP).encrypt(INNER)[:-cut])
    with pytest.raises(CallbackError):
        CODEC.open(query, body)


@pytest.mark.parametrize("name", ["msg_signature", "timestamp", "nonce"])
@pytest.mark.parametrize("value", [None, "", "x", "\u00e9", "\ud800", "0" * 40])
def test_wrong_query_is_refused(name: str, value: str | None):
    query = {key: old for key, old in VALID_QUERY.items() if key != name} | ({} if value is None else {name: value})
    with pytest.raises(BadSignature):
        CODEC.open(query, VALID_BODY)


def test_other_token_is_refused():
    query, body = push(MessageCipher(KEY, CORP).encrypt(INNER), token="another")
    with pytest.raises(BadSignature):
        CODEC.open(query, body)


def test_signature_is_checked_before_the_cipher():
    query = VALID_QUERY | {"msg_signature": "0" * 40}
    with pytest.raises(BadSignature):
        CODEC.open(query, b"<xml><Encrypt>not base64</Encrypt></xml>")


BOMB = b"""<?xml version="1.0"?><!DOCTYPE xml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><xml><Encrypt>&c;</Encrypt></xml>"""
OUTSIDE = b'<!DOCTYPE xml [<!ENTITY x SYSTEM "file:///etc/hostname">]><xml><Encrypt>&x;</Encrypt></xml>'


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"<xml>",
        b"<xml></xml><xml></xml>",
        b"<html></html>",
        b"<!DOCTYPE xml><xml></xml>",
        b'<!DOCTYPE xml SYSTEM "http://127.0.0.1/x.dtd"><xml></xml>',
        BOMB,
        OUTSIDE,
        b"<xml><a>&undeclared;</a></xml>",
        "<!DOCTYPE xml><xml></xml>".encode("utf-16"),
        b'<?xml version="1.0" encoding="UTF-16"?>' + "<xml></xml>".encode("utf-16-le"),
        b"<xml><a>\xff\xfe</a></xml>",
        b"<xml><a>\x00</a></xml>",
        b"<xml>" + b"<a>" * 100_000,
        b"<xml>" + b"<a/>" * 5_000 + b"</xml>",
    ],
)
def test_strange_documents_are_refused(body: bytes):
    with pytest.raises(BadDocument):
        read_fields(body)


def test_oversize_is_refused_unread():
    with pytest.raises(CallbackTooLarge):
        read_fields(b"<" * (MAX_BYTES + 1))


def test_document_type_in_a_text_is_text():
    assert read_fields(b"<xml><Content><![CDATA[<!DOCTYPE html>]]></Content></xml>") == {"Content": "<!DOCTYPE html>"}


def test_forms_of_a_field():
    document = "<xml>\n <A><![CDATA[1]]></A> <B>2 &amp; 3</B><C/><D a='x'>四</D><E><F>deep</F></E><A>last</A></xml>"
    assert read_fields(document.encode()) == {"A": "last", "B": "2 & 3", "C": "", "D": "四", "E": ""}


def test_many_lines_cost_no_more_than_one():
    """Expat reports each line apart; joining them must not copy what came before."""
    text = "\n" * (MAX_BYTES - 100)
    assert read_fields(f"<xml><A>{text}</A></xml>".encode()) == {"A": text}


@pytest.mark.parametrize("key", ["", "short", KEY + "H", KEY[:-1] + "+", KEY[:-1] + "é"])
def test_malformed_key_is_refused_early(key: str):
    with pytest.raises(ValueError, match="43"):
        SafeCodec(TOKEN, key, CORP)


def test_empty_token_is_refused_early():
    for make in (lambda: SafeCodec("", KEY, CORP), lambda: PlainCodec("")):
        with pytest.raises(ValueError, match="token"):
            make()


def test_no_secret_in_reprs():
    shown = repr(CODEC) + repr(PlainCodec(TOKEN)) + repr(MessageCipher(KEY, CORP))
    assert TOKEN not in shown
    assert KEY not in shown


@pytest.mark.parametrize(
    "text",
    [
        "</xml>",
        "]]>",
        "a]b",
        "a&b",
        "a<b",
        "x\ry",
        "\x7f",
        "\ufffd",
        "\U0001f600",
        " \n\t ",
        "<![CDATA[x]]>",
        "<A>1</A>",
    ],
)
def test_awkward_texts_read_the_same_by_both_readers(text: str):
    root = ElementTree.fromstring("<xml><A/><B/></xml>")
    root[0].text = text
    body = ElementTree.tostring(root, encoding="utf-8")
    assert read_fields(body) == {"A": text.replace("\r", "\n") if b"&#" not in body else text, "B": ""}


MARKUP = "<A>|</A>|<B>|</B>|<A/>|<![CDATA[|]]>|]|&amp;|&#65;|&|<!--x-->|<?p?>|text| |\n|\r|é|四|</xml>|<xml>|\ufffe"
pieces = st.sampled_from([*(piece.encode() for piece in MARKUP.split("|")), b"\xff", b"\x00"])


@settings(max_examples=1000)
@given(st.lists(pieces, max_size=12))
def test_quick_reader_agrees_with_expat_or_abstains(parts: list[bytes]):
    body = b"<xml>" + b"".join(parts) + b"</xml>"
    quick = document._read_simple(body)
    if quick is not None:
        assert quick == document._parse(body)


@pytest.mark.parametrize("piece", [b"<a>", b"<a", b"<a><![CDATA[", b"<aaaa>x", b"<a>]]>", b"<a></b>", b"<a>x</a"])
def test_hostile_repetition_is_refused(piece: bytes):
    """Within the cap, each is refused in linear time."""
    with pytest.raises(BadDocument):
        read_fields(b"<xml>" + piece * (900_000 // len(piece)) + b"</xml>")


leaves = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=40)


@given(st.dictionaries(st.from_regex(r"[A-Za-z]{1,12}", fullmatch=True), leaves, max_size=8))
def test_reads_what_an_independent_parser_reads(fields: dict[str, str]):
    root = ElementTree.fromstring("<xml/>")
    for name, value in fields.items():
        root.append(ElementTree.fromstring(f"<{name}/>"))
        root[-1].text = value
    body = ElementTree.tostring(root, encoding="utf-8")
    assert read_fields(body) == {item.tag: item.text or "" for item in ElementTree.fromstring(body)}


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A valid body with bytes replaced, inserted, removed or repeated."""
    body = bytearray(VALID_BODY)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(body)))
        piece = draw(
            st.binary(max_size=6) | st.sampled_from([b"<", b"]]>", b"&lt;", b"<!DOCTYPE x>", b"</xml>", b"\0"])
        )
        body[at : at + draw(st.integers(0, 40))] = piece * draw(st.integers(1, 3))
    return bytes(body)


@settings(max_examples=300)
@given(mutated())
def test_mutated_bodies_are_only_ever_refused(body: bytes):
    try:
        opened = CODEC.open(VALID_QUERY, body)
    except CallbackError:
        return
    assert opened == INNER


@settings(max_examples=200)
@given(st.binary(max_size=400))
def test_signed_nonsense_is_only_ever_refused(plain: bytes):
    """Whoever has the token but not the platform's manners."""
    query, body = push(encrypt_raw(plain.ljust(-(-max(len(plain), 1) // 32) * 32, b"\x01")))
    with pytest.raises(CallbackError):
        CODEC.open(query, body)


LISTED = b"<xml><A>1</A><List><Item>wm1</Item><Item><![CDATA[wm2]]></Item></List><B><Item>other</Item></B></xml>"


def test_the_elements_of_a_list():
    assert read_list(LISTED, "List") == ("wm1", "wm2")
    assert read_list(LISTED, "A") == ()
    assert read_list(b"<xml><A>1</A></xml>", "List") == ()
    assert read_fields(LISTED)["A"] == "1"


@pytest.mark.parametrize("body", [b"<xml><List>", b"<!DOCTYPE xml><xml><List><Item>1</Item></List></xml>", b""])
def test_a_list_in_a_bad_document(body: bytes):
    with pytest.raises(BadDocument):
        read_list(body, "List")


def test_a_list_is_bounded():
    with pytest.raises(BadDocument):
        read_list(b"<xml><List>" + b"<Item>1</Item>" * 5000 + b"</List></xml>", "List")
    with pytest.raises(CallbackTooLarge):
        read_list(b"<xml>" + b" " * MAX_BYTES + b"</xml>", "List")
