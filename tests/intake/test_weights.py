import json
from importlib.resources import files

import pytest

from console.intake.weights import (
    CALL,
    COLUMNS,
    QUOTED,
    REQUEST,
    combined,
    load_weights,
)

SMALL = combined(
    {
        "boat": (40, 0, 0, 0, 0, 0, 0, 0),
        "flooded": (0, 0, 0, 0, 20, 0, 0, 0),
        "from": (9, 9, 9, 9, 9, 9, 9, 9),
        "drowns": (0, 0, 0, 0, 0, 0, 0, 60),
    },
    {
        "boat": (10, 0, 0, 0, 0, 0, 0, 0),
        "floo": (0, 0, 0, 0, 10, 0, 0, 0),
        "with": (50, 0, 0, 0, 0, 0, 0, 0),
    },
    usual=(0, 0, 0, 0, 0, 0, 0),
    silent=("with",),
    about={},
)


def test_a_word_counts_with_its_beginning_and_an_unknown_one_with_that_alone() -> None:
    assert SMALL.row("boat")[0] == 50
    assert SMALL.row("boats")[0] == 10
    assert SMALL.row("flooded")[4] == 30
    assert SMALL.row("with") == ()
    assert SMALL.row("without")[0] == 50
    assert SMALL.row("xyzzy") == ()


def test_known_words_share_and_a_word_counts_once() -> None:
    assert SMALL.lean(["boat"]).raises == 5.0
    assert SMALL.lean(["boat", "boat", "xyzzy"]).raises == 5.0
    both = SMALL.lean(["boat", "flooded"])
    assert (both.raises, both.lowers) == (round(5.0 / 2**0.5, 1), round(-3.0 / 2**0.5, 1))
    assert (list(both.raising), list(both.lowering)) == (["boat"], ["flooded"])
    assert both.rival == "infrastructure_and_utility_damage"


def test_a_call_for_help_is_a_request_by_other_words() -> None:
    lean = SMALL.lean(["drowns"])
    assert (lean.asks, lean.raises, lean.humanitarian) == (CALL, 6.0, REQUEST)
    assert SMALL.lean(["boat"]).asks == REQUEST
    assert SMALL.lean(["drowns", "boat"]).raises == round(6.0 / 2**0.5, 1)


def test_where_no_word_is_known_nothing_is_told() -> None:
    assert SMALL.lean([]) == SMALL.lean(["xyzzy", "with", ""])
    assert SMALL.lean([]).humanitarian == ""


def test_a_class_is_told_only_where_words_say_enough() -> None:
    assert SMALL.lean(["boat"]).humanitarian == REQUEST
    assert SMALL.lean(["boats"]).humanitarian == ""
    assert SMALL.lean(["boats"], by_rules=4).humanitarian == REQUEST


def test_the_file_names_its_source_and_holds_nothing_that_names_a_place_or_a_year() -> None:
    data = files("console.intake").joinpath("weights.json").read_bytes()
    table = json.loads(data)
    assert len(data) < 200_000
    assert "IDRISI-RE" in table["about"]["data"]
    assert table["about"]["licence"].startswith("CC BY 4.0")
    assert all(name in table["about"]["attribution"] for name in ("Suwaileh", "Elsayed", "Imran"))
    assert table["about"]["made_by"] == "python -m tests.training urgency"
    assert tuple(table["columns"]) == COLUMNS
    for part in ("words", "beginnings"):
        assert list(table[part]) == sorted(table[part])
        assert all(len(row) == len(COLUMNS) for row in table[part].values())
        assert not any(character.isdigit() for word in table[part] for character in word)
    assert not {"california", "florida", "haiti", "mexico", "harvey", "irma"} & set(table["words"])


@pytest.mark.parametrize("word", ["need", "needed", "urgent"])
def test_words_of_need_speak_for_a_need(word: str) -> None:
    row = load_weights().row(word)
    assert row[0] > max(row[1:])


def test_at_most_three_words_are_named() -> None:
    lean = load_weights().lean(["need", "food", "water", "please", "donate", "killed", "bridge", "shelter"])
    assert len(lean.raising) <= QUOTED
    assert len(lean.lowering) <= QUOTED
