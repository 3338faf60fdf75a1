"""The small XML of callbacks and passive replies."""

from collections.abc import Mapping
from typing import TypeAlias
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

Value: TypeAlias = "str | int | list[str] | Mapping[str, Value]"
Fields: TypeAlias = Mapping[str, Value]


class BadXml(Exception):
    """Not one well-formed document without entities."""


def write_xml(fields: Fields) -> str:
    """``<xml>`` with one element per field: strings as CDATA, numbers bare, lists as ``Item``, objects nested."""
    return "<xml>" + "".join(_element(name, value) for name, value in fields.items()) + "</xml>"


def read_xml(text: bytes) -> Element:
    """The root element of a reply."""
    try:
        root: Element = fromstring(text)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise BadXml from error
    return root


def text_of(element: Element, path: str) -> str:
    """The trimmed text below a path, empty when absent."""
    return (element.findtext(path) or "").strip()


def _element(name: str, value: Value) -> str:
    if isinstance(value, Mapping):
        return f"<{name}>{''.join(_element(*each) for each in value.items())}</{name}>"
    if isinstance(value, list):
        return f"<{name}>{''.join(_element('Item', each) for each in value)}</{name}>"
    if isinstance(value, int):
        return f"<{name}>{value}</{name}>"
    safe = value.replace("]]>", "]]]]><![CDATA[>")
    return f"<{name}><![CDATA[{safe}]]></{name}>"
