import pytest

from console.intake.gazetteer import SECTION, Gazetteer, gazetteer, section_of
from console.intake.phrases import fold
from tests.training.gazetteer import HEAD, OUT, written

SMALL = Gazetteer(
    written(
        {
            "houston": "6.0",
            "new york": "a6+",
            "new york mills": "3+",
            "canada": "c.0",
            "hope": "3.3",
            "le havre": "5+",
            "l aquila": "4+",
            "water": "4.3",
            "paris": "c6.0",
            "the hague": "5+",
        }
    ).encode()
)


@pytest.mark.parametrize(
    ("word", "capital", "small"),
    [
        ("houston", True, True),
        ("new", True, True),
        ("canada", True, True),
        ("canadas", True, False),
        ("hope", True, False),
        ("water", True, False),
        ("york", False, False),
        ("the", True, False),
        ("", False, False),
    ],
)
def test_where_a_name_may_begin_depends_on_the_case_of_the_word(
    word: str, capital: bool, small: bool
) -> None:
    assert SMALL.may_begin(word, capital=True) == capital
    assert SMALL.may_begin(word, capital=False) == small


def test_a_name_written_together_is_found_whatever_its_first_word() -> None:
    assert SMALL.glued("newyork") == "new york"
    assert SMALL.glued("lehavre") == "le havre"
    assert SMALL.glued("laquila") == "l aquila"
    assert SMALL.glued("houston") == ""
    assert SMALL.glued("") == ""


def test_the_longest_name_that_begins_with_two_words_is_known() -> None:
    assert SMALL.label("new york") == "a6+"
    assert SMALL.longest["new york"] == 3


def test_a_section_is_read_when_somebody_asks_for_it_and_only_once() -> None:
    names = Gazetteer(written({"oslo": "5.0", "osaka": "6.0", "lima": "6.0"}).encode())
    assert names.classes == {}
    assert names.label("oslo") == "5.0"
    assert names.classes == {"oslo": "5.0", "osaka": "6.0"}
    assert names.label("osl") == ""
    assert names.label("lima") == "6.0"


def test_the_file_is_as_the_script_writes_it() -> None:
    labels: dict[str, str] = {}
    section = ""
    for line in OUT.read_text("utf-8").removeprefix(HEAD).splitlines():
        if line[0] == SECTION:
            section = line[1:]
            continue
        label, _, names = line.partition(":")
        for name in names.split("|"):
            assert section_of(name) == section
            assert name not in labels
            labels[name] = label
    assert written(labels) == OUT.read_text("utf-8")
    assert len(labels) > 50_000
    assert all(name == " ".join(fold(name)) for name in labels)
    assert all((label[-1] == "+") == (" " in name) for name, label in labels.items())


def test_names_of_the_world_are_no_list_of_the_desks_but_well_known() -> None:
    names = gazetteer()
    assert "6" in names.label("houston")
    assert names.label("california")[0] == "a"
    assert names.label("nowhereville") == ""
    assert not names.may_begin("water", capital=False)
