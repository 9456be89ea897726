"""Numbers that carry a check: whether a row of digits can be a card, an account, or a person's number.

Pure arithmetic over digits and capitals without spaces; where such numbers stand in a text is not asked here.
"""

from __future__ import annotations

from collections import Counter

_CARDS = (
    # ISO/IEC 7812: how the number begins (from, to), and how many digits it has.
    ("4", "4", (13, 16, 19)),  # Visa
    ("51", "55", (16,)),  # Mastercard
    ("2221", "2720", (16,)),
    ("34", "34", (15,)),  # American Express
    ("37", "37", (15,)),
    ("300", "305", (14,)),  # Diners Club
    ("36", "36", (14,)),
    ("38", "39", (14,)),
    ("3528", "3589", (16,)),  # JCB
    ("6011", "6011", (16, 19)),  # Discover
    ("644", "659", (16, 19)),
    ("62", "62", (16, 17, 18, 19)),  # UnionPay
    ("50", "50", (16, 18, 19)),  # Maestro
    ("56", "59", (16, 18, 19)),
    ("60", "69", (16, 18, 19)),
)
_IBAN_LENGTHS = (
    # ISO 13616, the registry of SWIFT: country and characters in all.
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 "
    "EG29 ES24 FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 "
    "KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 "
    "PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 "
    "VG24 XK20"
)
IBAN_LENGTH = {entry[:2]: int(entry[2:]) for entry in _IBAN_LENGTHS.split()}
_DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
"""A digit doubled, its digits added (Luhn)."""


def luhn(digits: str) -> bool:
    """ISO/IEC 7812-1 annex B."""
    backwards = [int(digit) for digit in reversed(digits)]
    return (sum(backwards[::2]) + sum([_DOUBLED[digit] for digit in backwards[1::2]])) % 10 == 0


def is_card(digits: str) -> bool:
    """Whether these can be the number of a payment card: its beginning, its length and its check digit."""
    return (
        13 <= len(digits) <= 19
        and any(
            first <= digits[: len(first)] <= last and len(digits) in lengths
            for first, last, lengths in _CARDS
        )
        and luhn(digits)
    )


def is_iban(iban: str) -> bool:
    """ISO 13616: the country's length, and the remainder 1 by 97."""
    if len(iban) != IBAN_LENGTH.get(iban[:2], 0):
        return False
    return int("".join([str(int(character, 36)) for character in iban[4:] + iban[:4]])) % 97 == 1


def is_nhs(digits: str) -> bool:
    """NHS number of England, Wales and the Isle of Man: the sum weighted 10 to 2, by 11."""
    check = (
        11 - sum([int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)]) % 11
    )
    return len(digits) == 10 and len(set(digits)) > 1 and check % 11 == int(digits[9]) and check != 10


def is_ssn(digits: str) -> bool:
    """Number of US Social Security; there is no check digit, only what is never issued (20 CFR 422.103)."""
    return (
        len(digits) == 9
        and digits[:3] not in ("000", "666")
        and digits[0] != "9"
        and digits[3:5] != "00"
        and digits[5:] != "0000"
    )


def is_steuer_id(digits: str) -> bool:
    """German tax number: of ten digits one stands two or three times; ISO 7064 MOD 11,10 checks."""
    if len(digits) != 11 or digits[0] == "0":
        return False
    counts = sorted(Counter(digits[:10]).values())
    if counts[-1] not in (2, 3) or counts[-2] > 1:
        return False
    product = 10
    for digit in digits[:10]:
        product = ((int(digit) + product) % 10 or 10) * 2 % 11
    return (11 - product) % 10 == int(digits[10])


def is_bsn(digits: str) -> bool:
    """Dutch burgerservicenummer, eight or nine digits: the 11-test, the last digit weighing -1."""
    digits = digits.zfill(9)
    if len(digits) != 9 or len(set(digits)) == 1:
        return False
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum([int(digit) * weight for digit, weight in zip(digits, weights, strict=True)]) % 11 == 0


def is_nir(nir: str) -> bool:
    """French number of social security: sex, year, month, place, order, key of 97; Corsica's 2A, 2B."""
    body = nir[:13].replace("2A", "19", 1).replace("2B", "18", 1)
    if len(nir) != 15 or not (body + nir[13:]).isdecimal() or nir[0] not in "123478":
        return False
    month = int(nir[3:5])
    return (1 <= month <= 12 or 20 <= month <= 42 or month >= 50) and 97 - int(body) % 97 == int(nir[13:])


def is_dni(dni: str) -> bool:
    """Spanish DNI (eight digits) or NIE (X, Y or Z and seven): the letter is the remainder by 23."""
    body = str("XYZ".index(dni[0])) + dni[1:-1] if dni[:1] in ("X", "Y", "Z") else dni[:-1]
    return len(body) == 8 and body.isdecimal() and dni[-1] == _DNI_LETTERS[int(body) % 23]


def is_nino(nino: str) -> bool:
    """UK National Insurance number by the prefixes that HMRC issues (NIM39110); it has no check digit."""
    return (
        len(nino) == 9
        and nino[0] not in "DFIQUV"
        and nino[1] not in "DFIQUVO"
        and nino[:2] not in ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ")
        and nino[2:8].isdecimal()
        and nino[8] in "ABCD"
    )
