from pathlib import Path

import pytest

from console.workflow.guard import Guard
from tests.workflow.asking import found, own


@pytest.fixture
def guard(tmp_path: Path) -> Guard:
    return own(
        tmp_path,
        """
        [allow]
        hosts = ["town.example"]
        [rules.forbidden]
        terms = ["heron", "Project Falcon", "leak*", "killer", "秘密"]
        """,
    )


@pytest.mark.parametrize(
    "written",
    [
        "heron",
        "HERON",
        "h\u0435r\u043en",  # Cyrillic
        "h\u03b5r\u03bfn",  # Greek
        "h\u200ber\u200don",
        "h\u00ader\u2060on",
        "\uff48\uff45\uff52\uff4f\uff4e",
        "\U0001d489\U0001d486\U0001d493\U0001d490\U0001d48f",
        "\u24d7\u24d4\u24e1\u24de\u24dd",
        "\U0001f157\U0001f154\U0001f161\U0001f15e\U0001f15d",
        "h\u00e9r\u00f6n",
        "h\u0301e\u0301ron",
        "h3r0n",
        "h e r o n",
        "h.e.r.o.n",
        "h-e-r-o-n",
        "he-ron",
        "he_ron",
        "\u029c\u1d07\u0280\u1d0f\u0274",
        "#heron",
    ],
)
def test_a_forbidden_term_is_found_in_any_disguise(guard: Guard, written: str) -> None:
    words = found(f"about {written}, soon", guard)["forbidden"]
    assert [word.lstrip("#") for word in words] == [written.lstrip("#")]


def test_a_stroke_may_be_an_i_or_an_l(guard: Guard) -> None:
    for written in ("kiIIer", "ki11er", "k1ller", "k|ller"):
        assert found(f"a {written} deal", guard)["forbidden"] == [written]


def test_a_term_of_two_words_is_one_across_signs_and_lines_but_not_across_sentences(guard: Guard) -> None:
    for written in (
        "Project Falcon",
        "project-falcon",
        "project\nfalcon",
        "#ProjectFalcon",
        "pr0ject f\u0430lcon",
    ):
        assert "forbidden" in found(f"about {written} today", guard), written
    assert found("This is our project. Falcon was seen.", guard) == {}


def test_a_star_stands_for_any_ending_and_nothing_else_does(guard: Guard) -> None:
    assert found("a leak, leaks, leaking", guard)["forbidden"] == ["leak", "leaks", "leaking"]
    assert found("herons, bleak, the Heronry", guard) == {}


def test_a_term_is_found_in_a_script_without_spaces(guard: Guard) -> None:
    assert found("これは秘密です", guard)["forbidden"] == ["秘密"]


def test_roads_and_numbers_are_no_words_in_disguise(tmp_path: Path) -> None:
    guard = own(tmp_path, '[rules.forbidden]\nterms = ["ass", "so", "A40", "is"]\n')
    assert found("A55 and 50 of 455, 15 more", guard) == {}
    assert found("the A40 report", guard)["forbidden"] == ["A40"]


def test_honest_words_in_other_letters_pass() -> None:
    for text in (
        "Мост закрыт до 18:00",
        "Ο δρόμος είναι κλειστός",
        "Die Straße ist gesperrt",
        "道路は閉鎖中",
    ):
        assert found(text) == {}


@pytest.mark.parametrize(
    "marking",
    [
        "OFFICIAL-SENSITIVE",
        "OFFICIAL: SENSITIVE",
        "official-sensitive",
        "UK SECRET",
        "SECRET//NOFORN",
        "TOP SECRET",
        "CUI//SP-PRVCY",
        "FOR OFFICIAL USE ONLY",
        "(U//FOUO)",
        "TLP:RED",
        "TLP:AMBER",
        "TLP:AMBER+STRICT",
        "tlp amber",
        "TLP:GREEN",
        "VS-NfD",
        "VS - NUR FÜR DEN DIENSTGEBRAUCH",
        "RESTREINT UE/EU RESTRICTED",
        "NATO SECRET",
        "COSMIC TOP SECRET",
        "DIFFUSION RESTREINTE",
        "TLP\u200b:RED",
        "VS\u200b-NfD",
    ],
)
def test_protective_markings_are_blocked(marking: str) -> None:
    for text in (f"{marking}\nThe bridge will be shut.", f"From the log: {marking} the bridge will be shut."):
        assert {"marking", "marking-green"} & set(found(text)), text


def test_a_marking_that_is_a_word_counts_only_where_it_stands_alone() -> None:
    for text in (
        "SECRET\nThe bridge",
        "The bridge.\n\n**CONFIDENTIAL**",
        "(CUI) The bridge",
        "[RESTRICTED] Plan",
    ):
        assert "marking" in found(text), text
    for text in (
        "The secret garden is open, a top secret recipe, restricted parking, the official sensitive to noise",
        "It is OUR BEST KEPT SECRET in town",
        "TLP:CLEAR may be shared. Protected trees. A nato restricted to 3 lanes. The eu secret ballot.",
        "Official, sensitive and kind",
    ):
        assert "marking" not in found(text), text


def test_a_marking_may_be_said_to_those_it_was_given_for() -> None:
    assert set(found("TLP:GREEN water plan")) == {"marking-green"}
    assert found("TLP:GREEN water plan", public=False) == {}
    assert set(found("TLP:RED water plan", public=False)) == {"marking"}


def test_links_lead_to_hosts_on_the_list(guard: Guard) -> None:
    assert found("https://town.example/a, www.roads.town.example and town.example/b", guard) == {}
    for link in (
        "https://evil.example/a",
        "www.evil.example",
        "evil.example/x",
        "https://town.example.evil.example",
        "https://nottown.example",
        "http://192.0.2.7/x",
        "https://t\u043ewn.example",
        "https://town\u200b.evil.example",
        "evil\uff0eexample/x",
    ):
        assert found(f"see {link} now", guard)["link"] == [link]


def test_what_has_a_stop_in_it_is_not_a_link(guard: Guard) -> None:
    text = (
        "Open 9 a.m. to 5 p.m., e.g. Sat.Sun, v1.2.3. Closed.It is late. @ana.bsky.social desk@town.example"
    )
    assert "link" not in found(text, guard)


def test_without_a_list_a_link_may_lead_anywhere_but_not_hide_where() -> None:
    assert found("https://any.example/x") == {}
    assert set(found("https://bit.ly/abc")) == {"hidden-link"}
    assert set(found("https://bank.example@evil.example/")) == {"hidden-link"}
