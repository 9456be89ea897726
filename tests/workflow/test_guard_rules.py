from pathlib import Path

import pytest

from console.workflow.guard import load_guard
from console.workflow.guard_rules import CHECKS, load_rules
from tests.workflow.asking import found, own


def mistakes(folder: Path, table: str | bytes) -> list[str]:
    path = folder / "guard.toml"
    path.write_bytes(table.encode() if isinstance(table, str) else table)
    with pytest.raises(ValueError) as raised:  # noqa: PT011 (each test looks at all sentences)
        load_guard(path)
    return str(raised.value).replace(f"{path}", "guard.toml").split("\n")


def test_the_shipped_rules_use_every_check_and_say_what_to_do() -> None:
    rules = load_rules().rules
    assert {check for rule in rules for check in rule.checks} == set(CHECKS)
    assert all(rule.says.endswith(".") for rule in rules)


def test_a_desks_file_changes_what_it_names_and_keeps_the_rest(tmp_path: Path) -> None:
    guard = own(
        tmp_path,
        """
        [rules.phone]
        level = "block"
        [rules.mail]
        level = "off"
        [rules.marking]
        terms = ["AMT INTERN"]
        [rules.insult]
        terms = ["nitwit*"]
        [rules.heron]
        checks = ["terms"]
        level = "inform"
        terms = ["heron"]
        says = 'Nobody says "{found}" yet.'
        """,
    )
    assert found(
        "ring 07700 900123 or a@b.example, AMT INTERN and TLP:RED, nitwits, idiots, herons, a heron", guard
    ) == {
        "insult": ["nitwits", "idiots"],
        "marking": ["AMT INTERN", "TLP:RED"],
        "phone": ["07700 900123"],
        "heron": ["heron"],
    }


def test_every_mistake_is_named_at_once(tmp_path: Path) -> None:
    assert mistakes(
        tmp_path,
        """
        colour = 1
        [allow]
        numbers = "0300"
        friends = []
        [rules]
        loose = 3
        [rules.phone]
        level = "fatal"
        kinds = ["mastodon", "telex"]
        audience = "all"
        colour = "red"
        [rules.tone]
        limit = "low"
        [rules.mine]
        checks = ["terms", "spelling"]
        terms = [3]
        says = ""
        """,
    ) == [
        "guard.toml: [allow] friends is not known; there are numbers, services, accounts, mails, hosts, "
        "addresses, public_places, facts, tag_words.",
        'guard.toml: [allow] numbers must be a list of texts in quotes, as ["one", "another"].',
        "guard.toml: rules.loose must be a table, [rules.loose].",
        "guard.toml: [rules.phone] colour is not known; there are checks, level, says, audience, limit, "
        "roles, channels, kinds, terms, capitals, alone, hosts.",
        "guard.toml: [rules.phone] kinds: 'telex' is not known; there are dry-run, clipboard, mastodon, "
        "bluesky, open311, mail, webhook, ntfy, pagerduty.",
        "guard.toml: [rules.phone] level must be one of inform, warn, block, off, not 'fatal'.",
        "guard.toml: [rules.phone] audience must be one of any, public, private, not 'all'.",
        "guard.toml: [rules.tone] limit must be a number from -100 to 100, not 'low'.",
        "guard.toml: [rules.mine] level is missing; the shipped rules have none of this name.",
        'guard.toml: [rules.mine] terms must be a list of texts in quotes, as ["one", "another"].',
        f"guard.toml: [rules.mine] checks: 'spelling' is not known; there are {', '.join(CHECKS)}.",
        "guard.toml: [rules.mine] says must be a sentence in quotes: what it is, and what to do.",
        "guard.toml: [colour] is no part of the guard; there are [allow] and [rules.NAME].",
    ]


def test_a_file_that_cannot_be_used_is_said_so(tmp_path: Path) -> None:
    assert mistakes(tmp_path, b"says = '\xff'") == ["guard.toml is not UTF-8 (byte 8). Save it as UTF-8."]
    assert mistakes(tmp_path, "[rules")[0].startswith("guard.toml is not TOML: ")
    assert mistakes(tmp_path, "rules = 3\nallow = 4") == [
        "guard.toml: allow must be a table, [allow].",
        "guard.toml: rules must be tables, [rules.NAME].",
    ]
    with pytest.raises(ValueError, match=r"cannot be read: No such file or directory\.$"):
        load_guard(tmp_path / "none.toml")


def test_a_rule_of_the_wrong_kind_of_level_cannot_slip_in(tmp_path: Path) -> None:
    assert mistakes(tmp_path, "[rules.phone]\nlevel = []") == [
        "guard.toml: [rules.phone] level must be one of inform, warn, block, off, not []."
    ]
