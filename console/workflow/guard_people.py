"""Who somebody is: numbers, mail addresses and number plates in a text, and what only looks like them.

A number counts where its shape and its check leave little doubt; one with a weak check (a digit by 11 passes
for every eleventh row of digits) also needs a word before it that says what it is (`BSN 111222333`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from console.workflow.guard_letters import Reading
from console.workflow.guard_numbers import (
    IBAN_LENGTH,
    is_bsn,
    is_card,
    is_dni,
    is_iban,
    is_nhs,
    is_nino,
    is_nir,
    is_ssn,
    is_steuer_id,
)
from console.workflow.guard_rules import Allowed, Hit

_NOT_A_NUMBER = re.compile(
    # Links, days and times: their digits are nobody's number.
    r"https?://\S+|www\.\S+"
    r"|(?<![\d.-])(?:19|20)\d\d-[01]\d-[0-3]\d(?:[T ][0-2]\d:?[0-5]\d(?::?[0-5]\d)?)?(?!\d)"
    r"|(?<![\d./-])[0-3]?\d([./-])[0-3]?\d\1(?:19|20)?\d\d"
    r"(?: ?[-\u2013] ?[0-3]?\d\1[0-3]?\d\1(?:19|20)?\d\d|[ ,]+[0-2]?\d[.:][0-5]\d)?(?![\d]|[./-]\d)"
    r"|(?<![\d.])[0-2]?\d[.:][0-5]\d ?[-\u2013] ?[0-2]?\d[.:][0-5]\d(?![.\d])"
)
_RUN = re.compile(r"(?<![\w#\u00a3$\u20ac])(?<!\w[-/])[+(]{0,2}\d(?:[ .\-/()\u2010\u2013]{0,3}\d)*(?!\w)")
_GROUP = re.compile(r"\d+")


def _said(words: str) -> re.Pattern[str]:
    """Whether one of these words stands shortly before a number that follows the text looked at."""
    return re.compile(rf"\b(?:{words})\b[^.!?\n\d]{{0,24}}\Z", re.IGNORECASE)


_PHONE_SAID = _said(
    "phone|telephone|tel|tele|call|ring|mob|mobile|cell|whatsapp|signal|text|sms|fax|fon|telefon|handy|ruf|rufnummer|"
    "anrufen|appele[rz]|t\u00e9l|t\u00e9l\u00e9phone|portable|bel|bellen|llamar?|llame|tel\u00e9fono|m\u00f3vil"
)
_NHS_SAID, _SSN_SAID = _said("nhs|patient"), _said("ssn|social security")
_BSN_SAID = _said("bsn|burgerservicenummer|sofinummer")
_REFERENCE_SAID = re.compile(
    r"\b(?:ref|reference|case|ticket|incident|order|invoice|report|request|id|tracking|aktenzeichen|az|vorgang|dossier|"
    r"zaak)(?:[\s:.#-]|\b(?:number|nummer|no|nr|is)\b){0,4}\Z",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(?:[01]\d|2[0-3])[0-5]\d")
"""A time without a colon; a row of them is a timetable."""
_TELLING_SHAPES = frozenset(((11,), (2, 3, 3, 3), (3, 2, 4), (3, 3, 4), (1, 3, 3, 4)))
"""Groups of digits that say something without a word before them, a plus, or a zero at the beginning."""
_LOOK_BACK = 40
"""Characters before a number in which a word may say what it is."""
_MOST_GROUPS = 8
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?=[ -]?[A-Za-z0-9])")
_NINO = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}[ -]?\d\d[ -]?\d\d[ -]?\d\d[ -]?[A-Da-d](?![A-Za-z0-9])")
_DNI = re.compile(
    r"(?<![A-Za-z0-9])(?:[XYZxyz][ -]?\d{7}|\d{8}|\d\d\.\d{3}\.\d{3})[ -]?[A-Za-z](?![A-Za-z0-9])"
)
_CORSICA = re.compile(r"(?<![A-Za-z0-9])[1278] ?\d\d ?\d\d ?2[ABab] ?\d{3} ?\d{3} ?\d\d(?![A-Za-z0-9])")
_PLAIN_HANDLE = r"(?<![\w.+@/-])"
_MAIL = re.compile(
    rf"{_PLAIN_HANDLE}[\w.+'-]{{1,64}}(?:@| ?[\[(] ?at ?[\])] ?)"
    r"[\w-]{1,63}(?: ?(?:\.|[\[(] ?dot ?[\])]) ?[\w-]{1,63}){1,6}"
)
_PLATE = re.compile(
    r"(?<![\w-])(?:"
    r"[A-HJ-PR-Y]{2}\d{2} ?[A-HJ-PR-Z]{3}"  # United Kingdom since 2001
    r"|[A-Z\u00c4\u00d6\u00dc]{1,3}-[A-Z]{1,2}(?:[ -][1-9]\d{0,3}|[1-9]\d{1,3})[EH]?"  # Germany
    r"|[A-HJ-NP-TV-Z]{2}-\d{3}-[A-HJ-NP-TV-Z]{2}"  # France since 2009, Italy
    r"|\d{2}-[B-DF-HJ-NP-TV-Z]{3}-\d|\d-[B-DF-HJ-NP-TV-Z]{3}-\d{2}"  # Netherlands, side codes 7 to 10
    r"|[B-DF-HJ-NP-TV-Z]{2}-\d{3}-[B-DF-HJ-NP-TV-Z]|[B-DF-HJ-NP-TV-Z]-\d{3}-[B-DF-HJ-NP-TV-Z]{2}"
    r"|\d{2}-[B-DF-HJ-NP-TV-Z]{2}-[B-DF-HJ-NP-TV-Z]{2}|[B-DF-HJ-NP-TV-Z]{2}-\d{2}-[B-DF-HJ-NP-TV-Z]{2}"
    r")(?![\w-])"
)
_PLATE_SAID = re.compile(
    r"\b(?:[Rr]eg|[Rr]egistration|[Pp]lates?|[Kk]ennzeichen|[Kk]enteken|[Mm]atr\u00edcula|[Tt]arga)\b"
    r"[ :]{1,3}(?:is |number |no\.? ){0,2}"
    r"(?P<plate>(?=[A-Z -]{0,9}\d)(?=[0-9 -]{0,9}[A-Z])[A-Z0-9]{1,8}(?:[ -][A-Z0-9]{1,5}){0,2})\b"
)
_NO_PLATE = re.compile(
    r".{4} (?:AND|THE|FOR|NOW|ARE|WAS|NOT|BUT|ALL|HAS|OUT|OUR|YOU|CAN|MAY|DUE|BUS|VIA|GMT|BST)"
    r"|.*[- ](?:19|20)\d\d"
)


@dataclass(frozen=True, slots=True)
class Number:
    """A number in the plain copy of a text: what it is, and where."""

    kind: str
    start: int
    end: int
    written: str
    """Its digits and capitals alone."""


def numbers(reading: Reading, kind: str, allowed: Allowed) -> Iterator[Hit]:
    """Every number of one kind, but for accounts that are public."""
    public = [_letters(account) for account in allowed.accounts]
    for number in _numbers(reading.plain):
        if number.kind == kind and number.written not in public:
            yield Hit(*reading.given(number.start, number.end))


def phones(reading: Reading, allowed: Allowed) -> Iterator[Hit]:
    """Telephone numbers, but for the desk's own and those that belong to services."""
    own = tuple(number.lstrip("0") for number in map(_digits, allowed.numbers))
    for number in _numbers(reading.plain):
        if number.kind == "phone" and not _is_own(number.written, own, allowed.services):
            yield Hit(*reading.given(number.start, number.end))


def mails(reading: Reading, allowed: Allowed) -> Iterator[Hit]:
    """Mail addresses, but for the desk's own; a handle (`@town@social.example`) is none."""
    plain = reading.plain
    if "@" not in plain and "at" not in plain:
        return
    for found in _MAIL.finditer(plain):
        mail = found[0].lower()
        if mail not in allowed.mails and "@" + mail.rpartition("@")[2] not in allowed.mails:
            yield Hit(*reading.given(*found.span()))


def plates(reading: Reading) -> Iterator[Hit]:
    """Number plates of vehicles: those of a telling shape, and what is said to be one."""
    for found in _PLATE.finditer(reading.plain):
        if not _NO_PLATE.fullmatch(found[0]):
            yield Hit(*reading.given(*found.span()))
    for found in _PLATE_SAID.finditer(reading.plain):
        yield Hit(*reading.given(*found.span("plate")))


def _is_own(digits: str, own: tuple[str, ...], services: tuple[str, ...]) -> bool:
    bare = digits.lstrip("0")
    if digits.startswith(services) or bare.startswith(tuple(one for one in services if one[0] != "0")):
        return True
    long = [one for one in own if len(one) >= 7]
    return (
        bare in own
        or bare.startswith(tuple(long))
        or any([bare.endswith(one) or (len(bare) >= 7 and one.endswith(bare)) for one in long])
    )


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).upper()


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text.replace("(0)", "")))


@lru_cache(4)
def _numbers(plain: str) -> tuple[Number, ...]:
    """All numbers of a text, each as one thing only: an account's digits are no telephone."""
    if not any(map(str.isdigit, plain)):
        return ()
    masked = _NOT_A_NUMBER.sub(lambda found: "\n" * len(found[0]), plain)
    found = [*_with_letters(masked)]
    for number in found:
        masked = f"{masked[: number.start]}{chr(10) * (number.end - number.start)}{masked[number.end :]}"
    for run in _RUN.finditer(masked):
        found += _in_run(masked, run.start(), run[0])
    return tuple(found)


def _with_letters(plain: str) -> Iterator[Number]:
    free = 0
    for head in _IBAN.finditer(plain):
        length = IBAN_LENGTH.get(head[0][:2].upper(), 0)
        if not length or head.start() < free:
            continue
        end = head.start()
        letters: list[str] = []
        while end < len(plain) and len(letters) < length and (plain[end].isalnum() or plain[end] in " -"):
            if plain[end].isalnum():
                letters.append(plain[end].upper())
            end += 1
        iban = "".join(letters)
        if iban.isascii() and is_iban(iban):
            free = end
            yield Number("iban", head.start(), end, iban)
    shapes: tuple[tuple[str, re.Pattern[str], Callable[[str], bool]], ...] = (
        ("nino", _NINO, is_nino),
        ("dni", _DNI, is_dni),
        ("nir", _CORSICA, is_nir),
    )
    for kind, shape, holds in shapes:
        for found in shape.finditer(plain):
            written = _letters(found[0])
            if holds(written) and found.start() >= free:
                yield Number(kind, *found.span(), written)


def _in_run(plain: str, start: int, run: str) -> Iterator[Number]:
    """The numbers of one row of digits, the longest first at each of its groups."""
    spans = [found.span() for found in _GROUP.finditer(run)]
    before = plain[max(0, start - _LOOK_BACK) : start]
    count, at = len(spans), 0
    sums = [0, *accumulate([last - first for first, last in spans])]
    while at < count:
        first = spans[at][0]
        ends = range(min(count, at + _MOST_GROUPS), at, -1)
        if at == 0 and count > _MOST_GROUPS and len(run) <= 40:
            ends = range(count, count - 1, -1)  # digits one by one
        for end in ends:
            if sums[end] - sums[at] > 19:
                continue
            if sums[end] - sums[at] < 7:
                break
            last = spans[end - 1][1]
            groups = tuple([run[one:two] for one, two in spans[at:end]])
            kind = _kind(groups, run[first:last], "" if at else run[:first], "" if at else before)
            if kind:
                begins = first if at else 0
                digits = "".join(groups)
                yield Number(kind, start + begins, start + last, digits.removeprefix("00"))
                at = end - 1
                break
        at += 1


def _kind(groups: tuple[str, ...], written: str, lead: str, before: str) -> str:
    """What one row of groups is; nothing where it is only a number."""
    digits = "".join(groups)
    count = len(digits)
    if count >= 13 and is_card(digits):
        return "card"
    if count == 15 and is_nir(digits):
        return "nir"
    if lead.startswith(("+", "(+")):
        return "phone" if count <= 15 else ""
    shape = tuple(map(len, groups))
    if not before and not lead and count < 13 and digits[0] != "0" and shape not in _TELLING_SHAPES:
        return ""
    if all([_CLOCK.fullmatch(group) for group in groups]):
        return ""
    if count == 11 and is_steuer_id(digits) and shape in ((11,), (2, 3, 3, 3)):
        return "steuer-id"
    if _BSN_SAID.search(before) and is_bsn(digits):
        return "bsn"
    if (
        count == 9
        and is_ssn(digits)
        and ((shape == (3, 2, 4) and "." not in written) or _SSN_SAID.search(before))
    ):
        return "ssn"
    called = _PHONE_SAID.search(before) is not None
    spaced = shape == (3, 3, 4) and "-" not in written and "." not in written
    if count == 10 and not called and (spaced or _NHS_SAID.search(before)) and is_nhs(digits):
        return "nhs"
    if called:
        return "phone" if count <= 15 else ""
    return "phone" if _is_phone(digits, shape, written) and not _REFERENCE_SAID.search(before) else ""


def _is_phone(digits: str, shape: tuple[int, ...], written: str) -> bool:
    """Whether a row of digits is written as telephone numbers are, without a word that says so."""
    if digits.startswith("00"):
        return 11 <= len(digits) <= 17 and digits[2] != "0"
    if digits[0] == "0":
        return 9 <= len(digits) <= 12 and not (shape[0] == 1 and written[1:2] == ".")
    if shape[:1] == (1,) and digits[0] == "1":
        digits, shape = digits[1:], shape[1:]
    # North America: area and exchange begin with 2 to 9.
    return shape == (3, 3, 4) and digits[0] > "1" and digits[3] > "1"
