"""Strict, bounded reader of the small XML documents in callbacks: no DTD, no entities, UTF-8 only.

It uses expat with handlers that refuse. Without a document type there is no way to declare an entity, so the five
built-in ones are all that expat ever expands. Bounds on depth and element count keep hostile input cheap.

The form in which the platforms write almost every document is read by one regular expression, at a third of the cost.
It knows no markup but plain elements and CDATA; where it does not cover a document from end to end, expat decides.
"""

import re
from typing import NoReturn
from xml.parsers import expat

from wxapi.callback.errors import BadDocument, CallbackTooLarge

MAX_BYTES = 1024 * 1024
"""A documented callback has a few KB; more than this is not read."""
_MAX_DEPTH = 8
_MAX_ELEMENTS = 4096
_ROOT = "xml"
_TEXT = r"[^\]<&\r\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]*+"
_OPENING = re.compile(r"<xml>[ \t\n]*+")
_ELEMENT = re.compile(rf"(<([A-Za-z][A-Za-z0-9_]*+)>(?:<!\[CDATA\[({_TEXT})\]\]>|({_TEXT}))</\2>[ \t\n]*+)")
_CLOSING = "</xml>"


def read_fields(body: bytes) -> dict[str, str]:
    """Read the texts of the elements right below the root, CDATA or bare; of equal names the last counts.

    An element that has children reads as the text after its last child, which is white space in practice.
    BadDocument for anything that is not such a document, CallbackTooLarge above ``MAX_BYTES``.
    """
    if len(body) > MAX_BYTES:
        raise CallbackTooLarge("the body is larger than a callback can be")
    fields = _read_simple(body)
    if fields is not None:
        return fields
    try:
        return _parse(body)
    except expat.ExpatError:
        raise BadDocument("the body is not well-formed XML") from None


def read_list(body: bytes, name: str) -> tuple[str, ...]:
    """The texts of the elements right below the element of this name, such as ``MemChangeList``; the same errors."""
    if len(body) > MAX_BYTES:
        raise CallbackTooLarge("the body is larger than a callback can be")
    lists: dict[str, list[str]] = {}
    try:
        _parse(body, lists)
    except expat.ExpatError:
        raise BadDocument("the body is not well-formed XML") from None
    return tuple(lists.get(name, ()))


def read_rows(body: bytes, name: str) -> tuple[dict[str, str], ...]:
    """The fields of each element below the one of this name, such as ``SubscribeMsgPopupEvent``; the same errors."""
    if len(body) > MAX_BYTES:
        raise CallbackTooLarge("the body is larger than a callback can be")
    rows: dict[str, list[dict[str, str]]] = {}
    try:
        _parse(body, None, rows)
    except expat.ExpatError:
        raise BadDocument("the body is not well-formed XML") from None
    return tuple(rows.get(name, ()))


def _read_simple(body: bytes) -> dict[str, str] | None:
    """The fields, if the document is nothing but flat elements; None leaves it to expat."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return None
    opening = _OPENING.match(text)
    if opening is None or not text.endswith(_CLOSING):
        return None
    elements = _ELEMENT.findall(text, opening.end(), len(text) - len(_CLOSING))
    covered = opening.end() + len(_CLOSING)
    fields = {}
    for whole, name, cdata, bare in elements:
        covered += len(whole)
        fields[name] = cdata or bare
    # Matches do not overlap: together as long as the document, they leave no gap between them.
    return fields if covered == len(text) and len(elements) < _MAX_ELEMENTS else None


def _parse(
    body: bytes, lists: dict[str, list[str]] | None = None, rows: dict[str, list[dict[str, str]]] | None = None
) -> dict[str, str]:
    """The fields; ``lists`` takes the texts of their children by the name of the element above them, ``rows`` the
    fields of these children.
    """
    # Closures over local names are the cheapest handlers Python has.
    fields: dict[str, str] = {}
    texts: list[str] = []
    clear = texts.clear
    depth = count = 0
    above = ""

    def start(name: str, _: dict[str, str]) -> None:
        nonlocal depth, count, above
        if depth == 0 and name != _ROOT:
            raise BadDocument("the root element is another")
        depth += 1
        count += 1
        if depth == 2:
            above = name
        elif depth == 3 and rows is not None:
            rows.setdefault(above, []).append({})
        if depth > _MAX_DEPTH or count > _MAX_ELEMENTS:
            raise BadDocument("too many or too deep elements")
        if texts:
            clear()

    def end(name: str) -> None:
        nonlocal depth
        if depth == 2:
            fields[name] = "".join(texts)
        elif depth == 3 and lists is not None:
            lists.setdefault(above, []).append("".join(texts))
        elif depth == 4 and rows is not None:
            rows[above][-1][name] = "".join(texts)
        depth -= 1
        if texts:
            clear()

    # The given encoding wins over the one the document declares, so no other alphabet can hide a document type.
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = texts.append
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.Parse(body, True)
    return fields


def _refuse_doctype(*_: object) -> NoReturn:
    raise BadDocument("a document type is not allowed")
