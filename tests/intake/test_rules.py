from pathlib import Path

import pytest

from console.intake.phrases import Words
from console.intake.rules import RulesError, load_rules
from console.intake.topics import topic_of


def mistakes(tmp_path: Path, table: str | bytes) -> tuple[str, ...]:
    path = tmp_path / "rules.toml"
    path.write_bytes(table.encode() if isinstance(table, str) else table)
    with pytest.raises(RulesError) as raised:
        load_rules(path)
    return tuple(mistake.replace(str(path), "rules.toml") for mistake in raised.value.mistakes)


def test_our_own_tables_hold() -> None:
    rules = load_rules()
    assert {"flood", "power", "roads", "election", "noise", "waste", "rumour", "thanks"} <= set(rules.topics)
    assert rules.soon < rules.act_now


def test_points_make_tiers_and_a_rising_urgency() -> None:
    rules = load_rules()
    points = range(-40, 60)
    urgencies = [rules.urgency_of(count) for count in points]
    assert urgencies == sorted(urgencies)
    assert 0 <= urgencies[0] < 0.01
    assert 0.99 < urgencies[-1] <= 1
    assert [rules.tier(count) for count in (-5, 0, 2, 3, 5, 6, 20)] == [3, 3, 3, 2, 2, 1, 1]


def test_more_voices_add_more() -> None:
    rules = load_rules()
    assert [rules.voices_points(voices) for voices in (1, 2, 3, 9, 10, 99, 100, 10_000)] == [
        0,
        0,
        1,
        1,
        2,
        2,
        3,
        3,
    ]


def test_every_mistake_is_named_at_once(tmp_path: Path) -> None:
    vast = " ".join(["a|b|c|d|e|f|g|h"] * 9)
    named = mistakes(
        tmp_path,
        """
        colour = 1
        topics = {flood = "water", other = ["x"], noise = [3, "..."], power = ["VAST"]}
        [tiers]
        act_now = 2
        soon = "three"
        [voices]
        many = 2
        [urgency.help]
        says = 7
        words = ["help"]
        """.replace("VAST", vast),
    )
    assert named == (
        "rules.toml: [colour] is no table of the rules; "
        "there are tiers, voices, official, address, urgency, topics, asides.",
        "rules.toml: [tiers] soon must be a whole number from -100 to 100, not 'three'.",
        "rules.toml: [tiers] soon (3) must be less than act_now (2).",
        "rules.toml: [urgency.help] words is not known; there are says, points, needs, danger, phrases.",
        "rules.toml: [urgency.help] points is missing.",
        "rules.toml: [urgency.help] says and needs must be text.",
        "rules.toml: [topics] other is what no topic names; it can have no phrases.",
        "rules.toml: topics.flood must be a list of phrases in quotes.",
        "rules.toml: topics.noise holds 3, which is no phrase.",
        "rules.toml: topics.noise holds '...', which has no word in it.",
        f"rules.toml: topics.power: '{vast}' stands for 134217728 phrases; part it.",
        "rules.toml: [voices] many must be a number of voices.",
    )


def test_a_file_that_is_no_table_is_said_so(tmp_path: Path) -> None:
    assert mistakes(tmp_path, "[tiers\n")[0].startswith("rules.toml is not TOML: ")
    assert mistakes(tmp_path, b"a = '\xff'") == ("rules.toml is not UTF-8 (byte 5). Save it as UTF-8.",)
    with pytest.raises(RulesError, match="cannot be read: No such file"):
        load_rules(tmp_path / "none.toml")


def test_a_desk_can_write_its_own(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(
        '[urgency.goats]\npoints = 7\nphrases = ["goat|goats loose"]\n[topics]\ngoats = ["goat|goats"]\n'
    )
    rules = load_rules(path)
    assert [group.says for group in rules.groups] == ["goats"]
    assert rules.topics == ("goats",)


def test_a_topic_has_phrases_hints_and_examples(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(
        '[topics.Ferry]\nphrases = ["ferry"]\nhints = ["quay"]\nexamples = ["no boat since noon"]\n'
        '[topics]\ngoats = ["goat|goats"]\n'
    )
    rules = load_rules(path)
    assert rules.topics == ("ferry", "goats")
    assert rules.examples == (("ferry", "no boat since noon"),)


def test_a_desk_can_add_to_the_tables_that_come_along(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(
        "extends = true\n[topics.ferry]\nexamples = ['no boat since noon']\n"
        "[topics.noise]\nexamples = ['the foghorn all night']\n[asides]\nsayings = ['ship of fools']\n"
        "[tiers]\nact_now = 7\n"
    )
    ours, own = load_rules(), load_rules(path)
    assert own.topics[:2] == ("ferry", "noise")
    assert set(own.topics) == {*ours.topics, "ferry"}
    assert own.groups == ours.groups
    assert (own.act_now, own.soon) == (7, ours.soon)
    assert own.examples == (("ferry", "no boat since noon"), ("noise", "the foghorn all night"))
    assert topic_of(Words("the noise next door, loud music"), own) == "noise"
    assert mistakes(tmp_path, "extends = 'yes'") == ("rules.toml: extends must be true or false, not 'yes'.",)


def test_every_mistake_in_a_topic_is_named(tmp_path: Path) -> None:
    named = mistakes(
        tmp_path,
        """
        [topics.ferry]
        phrases = "ferry"
        hints = [""]
        examples = ["no boat", 7, "!!"]
        exmaples = []
        [topics.goats]
        [topics.boats]
        examples = "none"
        [asides]
        words = ["x"]
        """,
    )
    assert named == (
        "rules.toml: [topics.ferry] exmaples is not known; there are phrases, hints, examples.",
        "rules.toml: topics.ferry.phrases must be a list of phrases in quotes.",
        "rules.toml: topics.ferry.hints holds '', which is no phrase.",
        "rules.toml: topics.ferry.examples holds 7, which has no word in it.",
        "rules.toml: topics.ferry.examples holds '!!', which has no word in it.",
        "rules.toml: [topics.goats] is empty; give it phrases, or a few examples.",
        "rules.toml: topics.boats.examples must be a list of posts in quotes, 200 at most.",
        "rules.toml: [asides] words is not known; there are phrases, sayings.",
    )
