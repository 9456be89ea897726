from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from widgets.line import cut, fit, flat, length, right, signed, spread, styled, wrap

ANY = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=80)


@given(ANY, st.integers(1, 40))
def test_a_text_is_padded_or_cut_to_exactly_its_column(text: str, width: int) -> None:
    assert cell_len(fit(text, width)) == width
    assert cell_len(right(text, width)) == width


def test_what_was_cut_says_so_and_what_fits_is_left_alone() -> None:
    assert cut("Water is coming in", 10) == "Water is…"
    assert cut("Water", 5) == "Water"
    assert cut("水が来る", 5) == "水が…"


def test_a_row_is_one_line_whatever_the_text_holds() -> None:
    assert flat("one\ntwo\r\n\tthree") == "one two three"


@given(ANY, st.integers(2, 30))
def test_wrapping_loses_nothing_but_blanks_and_never_runs_over(text: str, width: int) -> None:
    pieces = [text[start:end] for start, end in wrap(text, width)]

    assert all(cell_len(piece) <= width for piece in pieces)
    assert "".join(pieces).replace(" ", "") == text.replace(" ", "").replace("\n", "")


def test_wrapping_breaks_between_words_and_keeps_paragraphs() -> None:
    text = "my mother can't get out\n\n14 Mill Street"
    assert [text[start:end] for start, end in wrap(text, 12)] == [
        "my mother",
        "can't get",
        "out",
        "",
        "14 Mill",
        "Street",
    ]


def test_a_word_longer_than_the_line_is_broken_where_the_line_is_full() -> None:
    text = "see aaaaaaaaaa now"
    assert [text[start:end] for start, end in wrap(text, 4)] == ["see", "aaaa", "aaaa", "aa", "now"]


def test_marks_are_kept_across_a_break() -> None:
    text = "on Mill Street now"
    assert styled(text, 0, 7, ((3, 14),), "marked") == (("on ", ""), ("Mill", "marked"))
    assert styled(text, 8, 18, ((3, 14),), "marked") == (("Street", "marked"), (" now", ""))


def test_the_tail_goes_when_there_is_no_room_for_it() -> None:
    left, tail = (("INCIDENTS", ""),), (("age", ""),)
    assert length(spread(left, tail, 20)) == 20
    assert spread(left, tail, 11) == left


def test_nothing_is_never_negative() -> None:
    assert signed(-0.001) == "+0.00"
    assert signed(-0.314) == "-0.31"
