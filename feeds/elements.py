"""Foreign XML read into elements without expanding anything, and small questions asked of them."""

from __future__ import annotations

from xml.etree.ElementTree import Element, ParseError, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring


def read_xml(body: bytes) -> Element:
    """Parse a document; a DTD is skipped, an entity declared in one is refused (billion laughs, XXE).

    Raises:
        ValueError: when it is not well-formed, or declares entities.
    """
    try:
        root = fromstring(
            body.lstrip(b" \t\r\n"), forbid_dtd=False, forbid_entities=True, forbid_external=True
        )
    except DefusedXmlException:
        raise ValueError("it declares entities of its own, which is how XML bombs are made") from None
    except ParseError as error:
        line, column = error.position
        raise ValueError(f"it is not well-formed XML (line {line}, column {column + 1})") from None
    except (LookupError, UnicodeError, RecursionError):
        raise ValueError("it is in an encoding that cannot be read") from None
    assert isinstance(root, Element)
    return root


def name_of(element: Element) -> str:
    """The local name, whatever the namespace: `{urn:...}alert` is `alert`. Comments have none."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def namespace_of(element: Element) -> str:
    """The namespace, or nothing."""
    tag = element.tag
    return tag[1:].partition("}")[0] if isinstance(tag, str) and tag.startswith("{") else ""


def children(element: Element, name: str) -> list[Element]:
    """The direct children of that local name."""
    return [child for child in element if name_of(child) == name]


def text_at(element: Element, name: str) -> str:
    """The trimmed text of the first direct child of that local name, or nothing."""
    for child in element:
        if name_of(child) == name:
            return (child.text or "").strip()
    return ""


def texts_at(element: Element, name: str) -> tuple[str, ...]:
    """The trimmed, non-empty texts of all direct children of that local name."""
    return tuple(text for child in children(element, name) if (text := (child.text or "").strip()))


def raw_of(element: Element) -> bytes:
    """The element written out again: its evidence, where the document holds more than one item."""
    written: bytes = tostring(element, encoding="utf-8")
    return written
