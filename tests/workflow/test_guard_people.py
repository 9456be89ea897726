from pathlib import Path

import pytest

from console.workflow import guard_numbers as numbers
from tests.workflow.asking import found, own


@pytest.mark.parametrize(
    "number",
    [
        "07700 900123",
        "020 7946 0018",
        "(020) 7946 0018",
        "+44 20 7946 0018",
        "+44 (0)20 7946 0018",
        "0044 20 7946 0018",
        "(202) 555-0134",
        "202-555-0134",
        "1-202-555-0134",
        "+49 30 23125 000",
        "030/23125000",
        "01 23 45 67 89",
        "06.12.34.56.78",
        "0\u00a07700\u00a0900\u00a0123",
        "\uff10\uff17\uff17\uff10\uff10 900123",
        "\u0660\u0667\u0667\u0660\u0660 \u0669\u0660\u0660\u0661\u0662\u0663",
        "07700\u200b900123",
    ],
)
def test_a_telephone_number_is_found_however_it_is_written(number: str) -> None:
    assert found(f"Ring Ana: {number}, she knows.")["phone"] == [number]
    assert "phone" in found(f"number {number}")


def test_a_word_before_it_makes_a_row_of_digits_a_telephone() -> None:
    assert found("WhatsApp 612 345 678")["phone"] == ["612 345 678"]
    assert found("mobile: 2025550134")["phone"] == ["2025550134"]
    assert found("612 345 678 euros were raised") == {}


@pytest.mark.parametrize(
    "text",
    [
        "Incident #4411, INC0012345678, FS-Case-0123456789, ref 0123456789, ticket no. 0123456789",
        "At 18:04, 18.04, 08:30-17:30, 08.30 - 17.30 and 2026-03-01T18:04:00Z",
        "On 01/03/2026, 01.03.2026 18:04, 3-1-26, 2026-03-01 and in 2025-2026",
        "From 12/03/2026-14/03/2026, 12.-14.03.2026, buses at 0730 0930 1130, bins 0102 0103 0104",
        "It costs £1,200.50, $0.99, €1 200 000 000, 1.234.567,89 EUR, 0.1234567890",
        "Call 112, 999, 911, 101, 110 or 116117. Text 61016.",
        "Freephone 0800 111 222 or 0808 2000 247, in the US 1-800-273-8255",
        "Closed: A40, M25, B4009, A1(M), Route 66, junction 12, bus 304, platforms 1 to 12",
        "Position 51.50735, -0.1277583456; gauge 1.42 m at 12 of 15 stations; 10,605 posts",
        "https://town.example/cases/07700900123?id=4111111111111111",
        "Votes: 12345678 to 87654321. Population 8 799 800. Postcodes SW1A 1AA and 10115.",
        "#20260301 and 20260301180400 and 100 000 000",
    ],
)
def test_what_only_looks_like_a_number_of_somebody_passes(text: str) -> None:
    assert found(text) == {}


def test_the_desks_own_numbers_may_be_said_in_any_spelling(tmp_path: Path) -> None:
    guard = own(tmp_path, '[allow]\nnumbers = ["01632 960 960", "116 123"]\n')
    for number in ("01632 960960", "+44 1632 960960", "(01632) 960-960", "116123"):
        assert found(f"ring {number}", guard) == {}
    assert found("ring 01632 960960 - 4 lines, day and night", guard) == {}
    assert set(found("ring 01632 960961", guard)) == {"phone"}


def test_mail_addresses_but_for_handles_and_our_own(tmp_path: Path) -> None:
    for mail in (
        "ana.b+c@mail.example",
        "Ana@MAIL.example",
        "ana [at] mail [dot] example",
        "ana@mail\u200b.example",
    ):
        assert found(f"write to {mail} today")["mail"] == [mail]
    assert found("Thanks @town@social.example and @ana.bsky.social, see you @ 5 or at home.") == {}
    guard = own(tmp_path, '[allow]\nmails = ["Desk@town.example", "@council.example"]\n')
    assert found("desk@town.example or roads@council.example", guard) == {}
    assert set(found("mayor@town.example", guard)) == {"mail"}


@pytest.mark.parametrize(
    "card",
    ["4111 1111 1111 1111", "4111-1111-1111-1111", "5555555555554444", "3782 822463 10005", "4222222222222"],
)
def test_a_payment_card_is_found_by_its_check_digit(card: str) -> None:
    assert found(f"I paid with {card} yesterday")["account"] == [card]
    wrong = card[:-1] + str((int(card[-1]) + 1) % 10)
    assert "account" not in found(f"I paid with {wrong} yesterday")


def test_a_card_is_found_after_another_number_and_digit_by_digit() -> None:
    assert found("case 4411 4111 1111 1111 1111")["account"] == ["4111 1111 1111 1111"]
    assert found("4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1")["account"] == ["4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1"]


def test_a_bank_account_is_found_by_its_remainder(tmp_path: Path) -> None:
    for iban in ("GB82 WEST 1234 5698 7654 32", "DE89370400440532013000", "nl91 abna 0417 1643 00"):
        assert found(f"to {iban} please")["account"] == [iban]
    assert "account" not in found("to GB83 WEST 1234 5698 7654 32 please")
    guard = own(tmp_path, '[allow]\naccounts = ["DE89 3704 0044 0532 0130 00"]\n')
    assert found("Donations: DE89370400440532013000", guard) == {}
    assert set(found("GB82 WEST 1234 5698 7654 32", guard)) == {"account"}


@pytest.mark.parametrize(
    ("number", "wrong"),
    [
        ("AB 12 34 56 C", "GB 12 34 56 C"),  # National Insurance, United Kingdom
        ("AB123456C", "AB123456E"),
        ("943 476 5919", "943 476 5918"),  # NHS
        ("123-45-6789", "666-45-6789"),  # Social Security, United States
        ("86095742719", "86095742718"),  # Steuer-ID
        ("86 095 742 719", "86 095 742 718"),
        ("1 85 05 78 006 084 91", "1 85 05 78 006 084 92"),  # NIR
        ("185057800608491", "185057800608492"),
        ("2 69 05 2A 588 157 17", "2 69 05 2A 588 157 18"),
        ("12345678Z", "12345678A"),  # DNI
        ("12.345.678-Z", "12.345.678-A"),
        ("X1234567L", "X1234567A"),  # NIE
    ],
)
def test_a_persons_number_is_found_by_its_check(number: str, wrong: str) -> None:
    assert found(f"it is {number}, thanks")["national-number"] == [number]
    assert "national-number" not in found(f"it is {wrong}, thanks")


def test_a_number_with_a_weak_check_needs_a_word_that_says_what_it_is() -> None:
    assert found("BSN 111222333")["national-number"] == ["111222333"]
    assert found("burgerservicenummer: 111 222 333")["national-number"] == ["111 222 333"]
    assert found("NHS number 9434765919")["national-number"] == ["9434765919"]
    for text in ("BSN 111222334", "order 111222333", "order 9434765919"):
        assert "national-number" not in found(text), text


def test_checks_know_what_is_never_issued() -> None:
    assert numbers.luhn("79927398713")
    assert not numbers.luhn("79927398710")
    assert not numbers.is_ssn("900456789")
    assert not numbers.is_nhs("0000000000")
    assert not numbers.is_bsn("000000000")
    assert not numbers.is_steuer_id("12345678901")
    assert not numbers.is_nir("185137800608491")
    assert not numbers.is_iban("XX82WEST12345698765432")


@pytest.mark.parametrize(
    "plate", ["AB12 CDE", "AB12CDE", "B-MW 1234", "M-X 7", "AB-123-CD", "GV-123-K", "12-BCD-3"]
)
def test_number_plates_are_found(plate: str) -> None:
    assert found(f"the driver of {plate} left")["plate"] == [plate]


def test_what_is_said_to_be_a_plate_is_one() -> None:
    assert found("white van, reg W123 ABC")["plate"] == ["W123 ABC"]
    assert found("Plate: 7ABC123")["plate"] == ["7ABC123"]


@pytest.mark.parametrize(
    "text",
    [
        "A40 and M25 closed, A55 open, SE10 9NF, COVID-19, MP3, 5G, F16",
        "PM10 AND PM25 are high",
        "EU-UK 2026, FL-TF1, the G-20, E-10 fuel",
        "Register for the plate sale on 12 March",
    ],
)
def test_what_only_looks_like_a_plate_passes(text: str) -> None:
    assert "plate" not in found(text)


@pytest.mark.parametrize(
    "home",
    [
        "12 Mill Street",
        "Flat 3, 12a Old Mill Lane",
        "221B Baker St",
        "12 mill street",
        "Hauptstraße 5",
        "Lange Straße 12 b",
        "12 bis, rue de la Paix",
        "Kerkstraat 7",
        "Calle Mayor 12",
        "Via Roma, 5",
    ],
)
def test_a_house_number_with_its_street_is_somebodys_home(home: str) -> None:
    assert found(f"We come to {home} now.")["address"] == [home]


@pytest.mark.parametrize(
    "text",
    [
        "The library, 1 Market Square, is open. The rest centre is at the school, 14 Hill Road.",
        "Come to 3 Station Road (police station)",
        "Town Hall: 12 High Street",
        "Notunterkunft: Turnhalle, Hauptstraße 5; Bürgeramt, Marktplatz 1",
        "Mill Street is closed. 12 people left. 4 Mill Street closures, 17 New Road works",
        "Power is off from 2 to 40 Mill Street, 2-40 Mill Street and on Route 66 Main Street",
        "In 2026 Mill Street was mended. Open until Bahnhofplatz 3 Uhr, A40 London Road",
        "3 busy road users, 5 other road closures, 2 main street lights",
    ],
)
def test_where_the_public_goes_is_no_secret(text: str) -> None:
    assert "address" not in found(text)


def test_a_home_beside_a_public_place_is_still_a_home() -> None:
    for text in (
        "We come to 12 Mill Street, near the school",
        "the house opposite the old church, 12 Mill Street",
    ):
        assert found(text)["address"] == ["12 Mill Street"]


def test_a_desk_names_more_of_what_is_public(tmp_path: Path) -> None:
    guard = own(tmp_path, '[allow]\naddresses = ["4 Quay Street"]\npublic_places = ["lido"]\n')
    assert found("Meet at 4 Quay Street", guard) == {}
    assert found("The lido, 9 Park Lane", guard) == {}
    assert set(found("Meet at 5 Quay Street", guard)) == {"address"}
