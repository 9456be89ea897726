"""Outside text made harmless: cleaned once when it enters, guarded again wherever it leaves.

Terminals obey what they are sent, so a post must not hold a single byte that a terminal would act on. What
could act is replaced by something visible rather than deleted: deleting joins the halves of a word that was
split to slip past a filter, and hides the attempt from the operator.
"""

from __future__ import annotations

import re
from functools import lru_cache
from unicodedata import category, is_normalized, normalize
from urllib.parse import quote, urlsplit

MORE = " …"
"""Stands at the end of a text that was cut."""
MAX_MARKS = 4
"""Combining marks in a row that are kept; more of them is "zalgo", which draws over the lines around it."""
ZWNJ, ZWJ = "\u200c", "\u200d"

BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_INVISIBLE = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
    "\U000e0000-\U000e007f\U000e0100-\U000e01ef"
)
_LINE_BREAK = re.compile("\r\n|[\r\v\f\u0085\u2028\u2029]")
_REMOVED = re.compile(f"[{BIDI}{_INVISIBLE}]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_UNGUARDED = re.compile(f"[\0-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029{BIDI}\ud800-\udfff\U000e0000-\U000e007f]")

_CONTROLS = {
    **{code: 0x2400 + code for code in range(0x20)},
    **{code: "\ufffd" for code in range(0x80, 0xA0)},
    0x09: " ",
    0x0A: "\n",
    0x7F: "\u2421",
}

# Assigned characters that every step below leaves as they are: no marks, no joiners, nothing that NFC
# changes. Each may carry one emoji selector. Nearly every real post is made of these alone.
_ORDINARY_CHARACTERS = (
    " -~\n\u00a0-\u00ac\u00ae-\u024f\u0391-\u03a1\u03a3-\u03ce\u0410-\u044f\u05d0-\u05ea"
    "\u0621-\u063a\u0641-\u064a\u2010-\u2027\u2030-\u205e\u20ac\u2122\u2190-\u21ff\u2600-\u27bf\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fa5"
    "\uac00-\ud7a3\ufffd\U0001f300-\U0001f64f\U0001f680-\U0001f6c5\U0001f910-\U0001f93a"
)
_NOT_ASCII = re.compile(r"[^\0-\x7f]")
_ADDRESS = re.compile(r"https?://[\x21-\x7e]{1,2000}\Z")


@lru_cache(1)
def _ordinary() -> re.Pattern[str]:
    """Texts of ordinary characters; made when the first text needs it, for the wide ranges take 4 ms."""
    one = f"[{_ORDINARY_CHARACTERS}]"
    return re.compile(f"{one}*(?:{one}\ufe0f{one}*)*\\Z")


def is_ordinary(text: str) -> bool:
    """Tell whether cleaning has nothing to do but to look at the length."""
    return (text.isascii() and text.isprintable()) or _ordinary().match(text) is not None


def clean(text: str, *, multiline: bool = True, max_chars: int = 8000, max_lines: int = 200) -> str:
    """Make outside text safe to store, compare and draw. Idempotent; printable ASCII comes back unchanged.

    The limits are characters and lines; what is longer is cut and ends in an ellipsis. Textual needs 6.5 s to
    paint 1 MB of words and 29 s for 100,000 lines (measured with 8.2.8), which is what the limits are for.
    """
    cut = len(text) > 4 * max_chars
    if cut:
        text = text[: 4 * max_chars]
    if not is_ordinary(text):
        text = _purge(text)
    if "\n" in text:
        if not multiline:
            text = text.replace("\n", " ")
        elif text.count("\n") >= max_lines:
            text, cut = "\n".join(text.split("\n", max_lines)[:max_lines]), True
    if cut or len(text) > max_chars:
        text = text[: max_chars - len(MORE)].rstrip(ZWJ + ZWNJ) + MORE
    return text


def clean_line(text: str, max_chars: int = 100) -> str:
    """Clean a name or a handle: one line, short, without the joiners that only emoji and prose need."""
    if text.isascii() and text.isprintable() and len(text) <= max_chars:
        return text.strip()
    bare = text[: 8 * max_chars].replace(ZWJ, "").replace(ZWNJ, "")
    return clean(bare, multiline=False, max_chars=max_chars).strip()


def clean_address(url: str) -> str:
    """Give a web address that is safe to show and to copy, or nothing.

    International names become IDNA, so that a look-alike letter cannot pass; an address with a user part
    (`https://bank.example@evil.example`) is refused, for it exists to mislead.
    """
    url = url.strip(" ")
    if not url or len(url) > 2000 or _UNGUARDED.search(url):
        return ""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode("ascii") if not url.isascii() else parts.hostname
        port = f":{parts.port}" if parts.port is not None else ""
    except (ValueError, UnicodeError):
        return ""
    if parts.scheme.lower() not in ("http", "https") or not host or "@" in parts.netloc:
        return ""
    url = parts.scheme.lower() + url[len(parts.scheme) :]
    if not url.isascii():
        # An address written with letters is the same address as one with its bytes escaped.
        rest = url.split("/", 3)[3] if url.count("/") > 2 else ""
        shown = f"[{host}]" if ":" in host else host
        url = f"{parts.scheme.lower()}://{shown}{port}/{quote(rest, safe='/?#[]!$&()*+,;=:@%~')}"
    return url if _ADDRESS.match(url) else ""


def guard(text: str) -> str:
    """Delete whatever could still act on a terminal; the last gate before any output of ours."""
    if text.isascii() and text.isprintable():
        return text
    return _UNGUARDED.sub("", text)


def _purge(text: str) -> str:
    """Apply the rule's steps in its order. NFC before the removal would not be idempotent."""
    text = _SURROGATE.sub("?", text)
    text = _LINE_BREAK.sub("\n", text)
    text = text.translate(_CONTROLS)
    text = _REMOVED.sub("", text)
    text = _thin(normalize("NFC", text))
    # Dropping a joiner can bring a letter and its accent together.
    return text if is_normalized("NFC", text) else normalize("NFC", text)


def _thin(text: str) -> str:
    """Keep joiners only where they join, marks only up to `MAX_MARKS`, and assigned characters only."""
    kept: list[str] = []
    last, free, marks = len(text) - 1, 0, 0
    for found in _NOT_ASCII.finditer(text):
        at, character = found.start(), found[0]
        if at > free:
            marks = 0
            kept.append(text[free:at])
        free = at + 1
        kind = category(character)
        if character in (ZWJ, ZWNJ):
            joins = 0 < at < last and category(text[at - 1])[0] in "LMS" and category(text[at + 1])[0] in "LS"
            if joins:
                kept.append(character)
            continue
        if kind[0] == "M":
            marks += 1
            if marks > MAX_MARKS:
                continue
        else:
            marks = 0
        kept.append("\ufffd" if kind in ("Cn", "Co", "Cs") else character)
    kept.append(text[free:])
    return "".join(kept)
