"""HTML from strangers into plain text, in one pass whose time grows with the length and no faster.

The standard library's parser is not used: on Python 3.11.7 it takes 4 s for 64 KB of `<a`
(CVE-2025-6069) and how much it takes differs between patch releases. Nothing here is rendered, so a
list of marks is all that is needed: every alternative below ends at the next `<` or eats to the end,
so no character is looked at more than twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

LONGEST = 16 * 1024
"""Characters of HTML that are looked at; the rest of a longer one is left out."""
LONGEST_TARGET = 500
"""Characters of a link's target that are worth keeping in a text."""

_BLOCKS = frozenset(
    (
        *("address", "article", "aside", "blockquote", "br", "caption", "dd", "details", "div", "dl", "dt"),
        *("fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header"),
        *("hr", "legend", "li", "main", "nav", "ol", "option", "p", "pre", "section", "summary", "table"),
        *("tr", "ul"),
    )
)
_CELLS = frozenset({"td", "th"})
_TOKEN = re.compile(
    r"""
    (?P<unseen><(?P<raw>script|style|template|noscript|iframe|object|svg|textarea)\b[^<>]*>.*?
        (?:</(?P=raw)\s*>|\Z))
    | (?P<comment><!--.*?(?:-->|\Z))
    | <[!?][^<>]*>
    | <(?P<end>/?)(?P<tag>[a-z][a-z0-9:-]*)(?P<attributes>(?:[\s/](?:[^<>"']|"[^"<]*"|'[^'<]*')*+)?)>
    """,
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_ATTRIBUTE = re.compile(
    r"""(?<![a-z-])([a-z-]++)\s*+=\s*+(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE
)
_LOOKS_LIKE_HTML = re.compile(
    r"<(?:/?(?:p|br|b|i|a|em|strong|div|span|li|ul|ol|table|img|h[1-6])\b)", re.IGNORECASE
)


def to_text(html: str) -> str:
    """Flatten HTML: blocks break lines, scripts and styles vanish, a link keeps its target.

    A target is given in brackets after the words, unless they show it themselves, as most social
    networks' do, or are a handle or a hashtag.
    """
    flat = _Flat()
    html = html[:LONGEST]
    position = 0
    for token in _TOKEN.finditer(html):
        flat.write(html[position : token.start()])
        position = token.end()
        if tag := token["tag"]:
            flat.tag(tag.lower(), token["attributes"] or "", closing=bool(token["end"]))
    flat.write(html[position:])
    return flat.text()


def looks_like_html(text: str) -> bool:
    """Whether a field that should be plain carries marks all the same (CAP descriptions often do)."""
    return _LOOKS_LIKE_HTML.search(text) is not None


def tags_of(html: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Every opening tag outside scripts and comments, with its attributes; names are in lower case."""
    for token in _TOKEN.finditer(html):
        if token["tag"] and not token["end"]:
            found = _ATTRIBUTE.finditer(token["attributes"] or "")
            yield (
                token["tag"].lower(),
                {match[1].lower(): unescape(match[2] or match[3] or match[4] or "") for match in found},
            )


class _Flat:
    """The text so far, in pieces, and the link that is open."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._link = ""
        self._link_from = 0

    def write(self, text: str) -> None:
        if text:
            self._pieces.append(re.sub(r"\s+", " ", unescape(text)))

    def tag(self, name: str, attributes: str, *, closing: bool) -> None:
        if name in _BLOCKS:
            self._pieces.append("\n")
        elif name in _CELLS:
            self._pieces.append(" ")
        elif name == "a":
            self._end_link()
            if not closing:
                self._link = _attribute(attributes, "href")
                self._link_from = len(self._pieces)
        elif name == "img" and (alt := _attribute(attributes, "alt").strip()):
            self._pieces.append(f" {alt} ")

    def _end_link(self) -> None:
        words = "".join(self._pieces[self._link_from :]).strip() if self._link else ""
        if self._link and _worth_keeping(self._link, words):
            self._pieces.append(f" ({self._link})" if words else f" {self._link}")
        self._link = ""

    def text(self) -> str:
        self._end_link()
        lines = (" ".join(line.split()) for line in "".join(self._pieces).split("\n"))
        return "\n".join(line for line in lines if line)


def _worth_keeping(target: str, words: str) -> bool:
    if len(target) > LONGEST_TARGET or not target.lower().startswith(("http://", "https://")):
        return False
    if words.startswith(("@", "#")):
        return False
    return _bare(target) != _bare(words)


def _bare(address: str) -> str:
    """An address as people write it: without the scheme, `www.` and the last slash."""
    return re.sub(r"^https?://(www\.)?", "", address.strip().lower()).rstrip("/")


def _attribute(attributes: str, name: str) -> str:
    for match in _ATTRIBUTE.finditer(attributes):
        if match[1].lower() == name:
            value = unescape(match[2] or match[3] or match[4] or "")
            return "".join(value.split()) if name == "href" else value
    return ""
