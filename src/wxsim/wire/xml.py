"""The small XML of callbacks and passive replies."""

from collections.abc import Mapping
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

Fields = Mapping[str, str | int | list[str]]


class BadXml(Exception):
    """Not one well-formed document without entities."""


def write_xml(fields: Fields) -> str:
    """``<xml>`` with one element per field: strings as CDATA, numbers bare, lists as ``Item``."""
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


def _element(name: str, value: str | int | list[str]) -> str:
    if isinstance(value, list):
        return f"<{name}>{''.join(_element('Item', each) for each in value)}</{name}>"
    if isinstance(value, int):
        return f"<{name}>{value}</{name}>"
    safe = value.replace("]]>", "]]]]><![CDATA[>")
    return f"<{name}><![CDATA[{safe}]]></{name}>"
