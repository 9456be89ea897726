"""Canned replies: what comes with the program, what a desk adds, and that every mistake is named at once."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from console.workflow.templates import (
    PARTS,
    SHIPPED,
    Template,
    Templates,
    TemplatesError,
    fill,
    load_templates,
)
from console.workflow.threads import split

Write = Callable[[str, str], Path]
WHOLE = "\n".join(f'{part} = "{part} {{issued}}"' for part in PARTS)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(name: str, text: str) -> Path:
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
        return tmp_path

    return write


def mistakes(directory: Path) -> list[str]:
    with pytest.raises(TemplatesError) as caught:
        load_templates(directory)
    return [str(mistake).removeprefix(f"{directory}/") for mistake in caught.value.mistakes]


SHIPPED_REPLIES = load_templates().all


def test_a_desk_starts_with_replies_for_what_happens_most() -> None:
    assert {template.name for template in SHIPPED_REPLIES} >= {
        "flood-warning",
        "power-cut",
        "road-fault",
        "road-works",
        "election-question",
        "shelter-open",
        "boil-water",
        "rumour-false",
        "all-clear",
        "got-your-report",
        "passed-on",
        "need-the-place",
        "call-now",
    }
    assert {template.kind for template in SHIPPED_REPLIES} == {
        "reply",
        "emergency",
        "correction",
        "all clear",
    }


def test_all_are_read_in_a_moment() -> None:
    def seconds() -> float:
        start = time.process_time()
        load_templates()
        return time.process_time() - start

    assert min(seconds() for _ in range(5)) < 0.040


def syllables(word: str) -> int:
    """As readability formulas count: groups of vowels, without a silent e."""
    return max(1, len(re.findall(r"[aeiouy]+", word.lower().removesuffix("e"))))


def grade(text: str) -> float:
    """Flesch-Kincaid grade level."""
    sentences = max(1, len(re.findall(r"[.!?:](?=\s|$)", text)))
    words = re.findall(r"[A-Za-z']+", text)
    return 0.39 * len(words) / sentences + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


@pytest.mark.parametrize("template", SHIPPED_REPLIES, ids=lambda template: template.name)
def test_ours_are_plain_short_and_can_be_filled(template: Template) -> None:
    filled = fill(template, {slot.name: "the town" for slot in template.slots})
    assert filled.empty == ()
    assert grade(filled.text) <= 8
    assert all(len(re.findall(r"\w+", sentence)) <= 25 for sentence in re.split(r"[.!?:]\s", filled.text))
    assert len(split(filled.text, lambda text: len(text) <= 300)) <= 2
    assert not re.search(r"\bfixed\b|\btonight\b|\bclick here\b", filled.text)
    assert template.lang == "en"


@pytest.mark.parametrize("template", [t for t in SHIPPED_REPLIES if t.kind != "reply"], ids=lambda t: t.name)
def test_what_is_said_in_an_emergency_carries_its_time(template: Template) -> None:
    assert "issued" in {slot.name for slot in template.slots}


def test_a_desk_adds_its_own_and_replaces_ours(write: Write) -> None:
    write("power-cut", 'title = "Ours"\ntext = "Ring the grid."\nlang = "en"')
    directory = write("stromausfall", 'title = "Strom"\ntext = "In {ort} ist der Strom weg."\nlang = "de"')
    (directory / "notes.txt").write_text("not a reply")
    templates = load_templates(directory)
    assert len(templates.all) == len(SHIPPED_REPLIES) + 1
    assert (ours := templates.get("power-cut")) is not None
    assert (ours.text, ours.file) == ("Ring the grid.", directory / "power-cut.toml")
    assert templates.get("nothing") is None


def test_an_emergency_is_said_in_its_seven_parts(write: Write) -> None:
    templates = load_templates(write("siren", f'title = "Siren"\nkind = "emergency"\n[parts]\n{WHOLE}'))
    assert (siren := templates.get("siren")) is not None
    assert siren.text == " ".join(f"{part} {{issued}}" for part in PARTS)


@pytest.mark.parametrize("part", PARTS)
def test_an_emergency_without_one_of_its_parts_is_refused(write: Write, part: str) -> None:
    rest = "\n".join(line for line in WHOLE.splitlines() if not line.startswith(part))
    found = mistakes(write("siren", f'title = "Siren"\nkind = "emergency"\n[parts]\n{rest}'))
    assert found == [f"siren.toml  parts.{part}: is missing; an emergency says {PARTS[part]}"]


def test_an_emergency_says_when_it_was_issued(write: Write) -> None:
    timeless = WHOLE.replace(" {issued}", "")
    (found,) = mistakes(write("siren", f'title = "Siren"\nkind = "emergency"\n[parts]\n{timeless}'))
    assert "add the slot {issued}" in found


def test_an_empty_part_is_a_missing_part(write: Write) -> None:
    hollow = WHOLE.replace('do = "do {issued}"', 'do = "  "')
    (found,) = mistakes(write("siren", f'title = "Siren"\nkind = "emergency"\n[parts]\n{hollow}'))
    assert "parts.do: says nothing" in found


def test_every_mistake_of_every_file_is_named_at_once(write: Write) -> None:
    write("a", 'titel = "A"\ntext = ""\ntiers = [4]\nlang = "english please"')
    write("b", "title = ")
    write("c", 'title = "C"\nkind = "emergancy"\ntext = "x"')
    write("d", 'title = "D"\ntext = "Closed: {place and { who }"')
    write("e", 'title = "E"\ntext = "x"\n[parts]\nsays = "x"')
    write("f", 'title = "F"\nkind = "emergency"\ntext = "x"')
    directory = write("Bad Name", 'title = "x"\ntext = "y"')
    (directory / "g.toml").mkdir()
    (directory / "h.toml").write_bytes(b'title = "\xff"')
    found = mistakes(directory)
    for beginning in (
        'a.toml  titel: there is no such key; did you mean "title"?',
        "a.toml  title: must be one line",
        "a.toml  text: says nothing",
        "a.toml  tiers: ",
        'a.toml  lang: "english please" is not a language tag',
        "b.toml  is not TOML",
        'c.toml  kind: "emergancy" is no kind of reply; did you mean "emergency"?',
        'd.toml  text: "{place and { who }" opens or closes no slot',
        "e.toml  parts: only an emergency has parts",
        "f.toml  text: an emergency is written as its parts",
        "f.toml  parts.says: is missing",
        "Bad Name.toml  is no name for a reply",
        "g.toml  is not a file",
        "h.toml  is not UTF-8 text",
    ):
        assert any(mistake.startswith(beginning) for mistake in found), (beginning, found)


def test_a_directory_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert mistakes(tmp_path / "none")[0].startswith(f"{tmp_path}/none  cannot be read: No such file")


def test_the_likeliest_reply_comes_first() -> None:
    def names(**case: object) -> list[str]:
        return [template.name for template in templates.ranked(**case)]  # type: ignore[arg-type]

    templates = Templates(
        (
            Template("any", "Any", "x"),
            Template("flood", "Flood", "x", lang="en", topics=("flood",)),
            Template("siren", "Siren", "x", kind="emergency", lang="en", topics=("flood",), tiers=(1,)),
            Template("flut", "Flut", "x", lang="de", topics=("flood",)),
            Template("mail", "Mail", "x", lang="en", topics=("flood",), channels=("mail",)),
            Template("power", "Power", "x", lang="en", topics=("power",)),
        )
    )
    assert names(topic="flood", lang="en-GB", channels=("town", "mastodon"), tier=1) == [
        "siren",
        "flood",
        "any",
        "power",
        "mail",
        "flut",
    ]
    assert names(topic="flood", lang="en", channels=("town", "mastodon"), tier=3)[:2] == ["flood", "siren"]
    assert names(topic="flood", lang="en", channels=("hall", "mail"))[0] == "mail"
    assert names(topic="flood", lang="de", channels=("hall", "mail"))[0] == "flut"
    assert set(names()) == {template.name for template in templates.all}


def test_ours_are_part_of_what_is_installed() -> None:
    # Hatchling takes every file of the package; this is where the program looks for them.
    assert SHIPPED.parent.name == "workflow"
    assert len(list(SHIPPED.glob("*.toml"))) == len(SHIPPED_REPLIES)
