"""A text that is too long becomes a thread that pauses where a reader would."""

from __future__ import annotations

import re
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import iter_graphemes

from console.workflow.threads import Fits, split

WATER = (
    "Mill Street is closed because of a burst main. Our crew is there now.\n\n"
    "Please use Bridge Road. Dr. Okafor's surgery at St. Mary's is open; come from the north."
)


def at_most(limit: int) -> Fits:
    return lambda text: len(list(iter_graphemes(text))) <= limit


def bytes_at_most(limit: int) -> Fits:
    return lambda text: len(text.encode()) <= limit


def without_space(parts: tuple[str, ...]) -> str:
    return "".join("".join(re.sub(r" \d+/\d+$", "", part).split()) for part in parts)


def test_what_fits_is_said_as_it_is_written() -> None:
    assert split("  Thank you.\n", at_most(20)) == ("  Thank you.\n",)
    assert split("", at_most(0)) == ("",)


def test_a_thread_is_cut_at_a_paragraph_where_that_fills_the_message() -> None:
    assert split(WATER, at_most(120)) == (
        "Mill Street is closed because of a burst main. Our crew is there now. 1/2",
        "Please use Bridge Road. Dr. Okafor's surgery at St. Mary's is open; come from the north. 2/2",
    )


def test_then_at_sentences_then_at_clauses_then_at_words() -> None:
    assert split("First we clear the road. Then we mend the pipe.", at_most(34)) == (
        "First we clear the road. 1/2",
        "Then we mend the pipe. 2/2",
    )
    assert split("while the road is closed, please use the other bridge", at_most(36)) == (
        "while the road is closed, 1/2",
        "please use the other bridge 2/2",
    )
    assert split("please use the other bridge today", at_most(24)) == (
        "please use the other 1/2",
        "bridge today 2/2",
    )


def test_a_short_first_paragraph_does_not_make_a_nearly_empty_message() -> None:
    parts = split("Hello.\n\n" + "The road is closed for today. " * 4, at_most(80))
    assert parts[0].startswith("Hello.\n\nThe road")


@pytest.mark.parametrize(
    "text",
    [
        "The school on St. Mary Road is open today",
        "We spoke with Dr. Okafor about the clinic",
        "Bring water, e.g. Two bottles for each one",
        "It opens again at 14.30 for everyone today",
        "The report was by J. Smith and by A. Jones",
        "It lasts to 5 p.m. Tuesday in all the town",
        "Das Amt ist am 14. März für alle geöffnet.",
    ],
)
def test_a_full_stop_inside_a_sentence_is_no_end_of_one(text: str) -> None:
    stop = text.index(". ") if ". " in text else text.index("14.30") + 2
    room = at_most(stop + 16)
    assert not re.sub(r" \d/\d$", "", split(text, room)[0]).endswith(text[stop - 1 : stop + 1])


def test_scripts_without_spaces_are_cut_behind_their_full_stops() -> None:
    assert split("道路は閉鎖中です。迂回してください。水は安全ですか？はい！", at_most(16)) == (
        "道路は閉鎖中です。 1/3",
        "迂回してください。 2/3",
        "水は安全ですか？はい！ 3/3",
    )
    assert all(len(part) <= 12 for part in split("水" * 30, at_most(12)))


@pytest.mark.parametrize(
    "whole",
    [
        "https://riverton.example/alerts?id=12,13;page=2",
        "@mayor.office@social.riverton.example",
        "1,250,000.50",
        "020 7946 0018",
        "+1 (555) 010-0199",
        "14.30",
        "17:00",
        "👨‍👩‍👧‍👦🇬🇧",
    ],
)
def test_addresses_mentions_numbers_and_pictures_stay_whole(whole: str) -> None:
    text = f"Please look at {whole} and then at this again {whole} and that is all that we know today"
    for limit in range(max(len(whole) + 6, 14), len(text)):
        assert sum(part.count(whole) for part in split(text, at_most(limit))) == 2, limit


def test_the_number_is_part_of_what_is_measured() -> None:
    parts = split("word " * 500, at_most(50))
    assert parts[0].endswith(f" 1/{len(parts)}")
    assert len(parts) > 9
    assert max(map(len, parts)) <= 50


def test_parts_may_go_without_numbers() -> None:
    assert split("one two three", at_most(8), numbered=False) == ("one two", "three")


def test_a_word_that_fits_nowhere_is_named() -> None:
    with pytest.raises(ValueError, match=r'"https://riverton\.example/a+…" does not fit one message'):
        split("see https://riverton.example/" + "a" * 400, at_most(300))


def test_a_document_is_no_thread() -> None:
    with pytest.raises(ValueError, match="more than 999 messages"):
        split("word " * 6000, at_most(13))


@given(
    st.text(st.sampled_from("abcAB12 .,!?:;@/\n水。、ーっ\u0301\u200d👍🏽🇬🇧न\u093f\u00a0()-"), max_size=200),
    st.integers(12, 60),
    st.booleans(),
    st.sampled_from([at_most, bytes_at_most]),
)
def test_every_part_fits_and_nothing_is_lost(text: str, limit: int, numbered: bool, rule: object) -> None:
    fits = (at_most if rule is at_most else bytes_at_most)(limit)
    try:
        parts = split(text, fits, numbered)
    except ValueError:
        return
    assert all(fits(part) for part in parts)
    if len(parts) > 1:
        bare = (
            [part.removesuffix(f" {n}/{len(parts)}") for n, part in enumerate(parts, 1)]
            if numbered
            else parts
        )
        assert "".join("".join(bare).split()) == "".join(text.split())
        # White space at a cut is dropped, also from a grapheme that begins with it.
        whole = {"".join(cluster.split()) for cluster in iter_graphemes(text.strip())}
        assert {"".join(c.split()) for part in bare for c in iter_graphemes(part)} <= whole | {""}
        assert not any(category(part[0])[0] == "M" or part[0] == "\u200d" for part in parts[1:])
