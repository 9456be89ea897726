import random
import string
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.workflow.guard import MAX_READ, Finding, Speech, load_guard, worst
from tests.workflow.asking import GUARD, found, own


def test_a_plain_answer_passes_without_a_word() -> None:
    text = (
        "Thank you for telling us. Our crew is on Mill Street and has closed the road. Please use the ring "
        "road. We write again at 17:00. #FloodWarning https://town.example/flood"
    )
    assert GUARD.check(Speech(text, channel="town", kind="mastodon", role="respond", lang="en")) == ()


def test_findings_come_worst_first_then_as_they_stand_in_the_text() -> None:
    findings = GUARD.check(
        Speech("CLICK HERE EVERYBODY PLEASE or ring 07700 900123 or 07700 900456, you idiot")
    )
    assert [(finding.rule, finding.level) for finding in findings] == [
        ("insult", "block"),
        ("phone", "warn"),
        ("phone", "warn"),
        ("click-here", "inform"),
        ("shouting", "inform"),
    ]
    assert worst(findings) == "block"
    assert worst(findings[1:]) == "warn"
    assert worst(findings[3:]) == "inform"
    assert worst(()) is None


def test_a_finding_says_what_to_do_and_never_repeats_a_persons_data() -> None:
    secrets = ("07700 900123", "4111 1111 1111 1111", "943 476 5919", "ana@mail.example", "12 Mill Street")
    findings = GUARD.check(Speech(" and ".join(secrets), title=secrets[0], quotes=secrets[1]))
    assert len(findings) == 6
    for finding in findings:
        assert finding.says.endswith(".")
        assert not any(secret in finding.says for secret in secrets)


def test_what_the_citizen_wrote_counts_when_we_write_it_again() -> None:
    theirs = "My number is 07700-900123, please call"
    (finding,) = GUARD.check(Speech("We will ring you on 07700-900123.", quotes=theirs))
    assert finding.rule == "phone"
    assert "stands in the post that is answered" in finding.says
    assert GUARD.check(Speech("We will ring you.", quotes=theirs)) == ()


def test_title_and_content_warning_are_guarded_too() -> None:
    findings = GUARD.check(Speech("See below.", title="Call 07700 900123", warning="you idiot"))
    assert [(finding.rule, finding.start, finding.end) for finding in findings] == [
        ("insult", 0, 0),
        ("phone", 0, 0),
    ]
    assert findings[0].says.startswith("In the content warning: ")
    assert findings[1].says.startswith("In the title: ")


def test_a_department_may_be_told_where_and_whom_but_not_the_card() -> None:
    text = "Caller at 12 Mill Street, 07700 900123, NHS 943 476 5919, card 4111 1111 1111 1111"
    assert set(found(text)) == {"address", "phone", "national-number", "account"}
    inside = GUARD.check(Speech(text, kind="mail", public=False))
    assert [(finding.rule, finding.level) for finding in inside] == [
        ("account", "block"),
        ("national-number-inside", "warn"),
    ]


def test_rules_hold_by_role_channel_and_kind(tmp_path: Path) -> None:
    guard = own(
        tmp_path,
        """
        [rules.phone]
        roles = ["respond"]
        channels = ["town"]
        kinds = ["mastodon", "bluesky"]
        [rules.phone-of-leads]
        checks = ["phone"]
        level = "inform"
        roles = ["lead"]
        says = "A telephone number. You may, as a lead."
        """,
    )
    text = "ring 07700 900123"
    town = {"channel": "town", "kind": "mastodon"}
    assert set(found(text, guard, role="respond", **town)) == {"phone"}
    assert set(found(text, guard, role="lead", **town)) == {"phone-of-leads"}
    assert set(found(text, guard, role="respond", channel="other", kind="mastodon")) == set()
    assert set(found(text, guard, role="respond", channel="town", kind="clipboard")) == set()


def test_what_is_not_known_of_a_speech_is_no_way_round_a_rule(tmp_path: Path) -> None:
    guard = own(tmp_path, '[rules.phone]\nroles = ["respond"]\nkinds = ["mastodon"]\n')
    assert set(found("ring 07700 900123", guard)) == {"phone"}


def test_a_text_too_long_to_be_read_whole_is_blocked() -> None:
    long = "a word " * 2_000
    (finding, *_) = GUARD.check(Speech(long))
    assert finding == Finding(
        "unread",
        "block",
        "The text is longer than the 10,000 characters that are checked. Shorten it.",
        0,
        MAX_READ,
    )
    assert "unread" not in found(long[:MAX_READ])


def test_the_stamp_changes_with_the_rules_and_only_with_them(tmp_path: Path) -> None:
    assert load_guard().stamp == GUARD.stamp
    assert len(GUARD.stamp) == 12
    same = own(tmp_path, "# nothing of our own\n").stamp
    changed = own(tmp_path, '[rules.phone]\nlevel = "block"\n').stamp
    allowed = own(tmp_path, '[allow]\nnumbers = ["0300 123 4567"]\n').stamp
    assert same == GUARD.stamp
    assert len({same, changed, allowed}) == 3


ODD = st.text(
    st.one_of(
        st.characters(),
        st.characters(categories=("Cs", "Cf", "Mn", "Nd", "Lo", "Lm", "So")),
        st.sampled_from(string.printable + "\u200b\u0430\u2066\U0001d400\U0001f3f4\U000e0067\ufdfa"),
    ),
    max_size=300,
)
PIECES = (
    "07700 900123|4111 1111 1111 1111|GB82 WEST 1234 5698 7654 32|a@b.example|12 Mill Street|AB12 CDE|"
    "i d i o t|\uff29\uff24\uff29\uff2f\uff34|\u0456d\u0456ot|TLP:RED|SECRET//NOFORN|#floodwarning|bit.ly/x|"
    'PLEASE EVACUATE IMMEDIATELY|\ufb01|\u1e9e\u0130|\u200b|\ud83d| |\n|, |"|BSN 111222333'
)
TELLING = st.lists(st.sampled_from(PIECES.split("|")), max_size=12).map("".join)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(ODD, TELLING, st.tuples(ODD, TELLING).map("".join)),
    ODD,
    st.sampled_from(["", "en", "de"]),
    st.booleans(),
)
def test_any_text_is_judged_and_every_finding_lies_in_it(
    text: str, quotes: str, lang: str, public: bool
) -> None:
    speech = Speech(text, title=quotes[:40], quotes=quotes, lang=lang, public=public)
    findings = GUARD.check(speech)
    assert findings == GUARD.check(speech)
    for finding in findings:
        assert 0 <= finding.start <= finding.end <= len(text)
        assert finding.says


@pytest.mark.parametrize("seed", range(4))
def test_a_text_made_to_be_slow_is_not(seed: int) -> None:
    # Far above what is measured (tests/bench/guard.py): this finds what grows with the square of the text.
    odd = random.Random(seed)
    pieces = [
        "1",
        " ",
        "-",
        ".",
        "a",
        "A",
        "@",
        "#",
        "(",
        "+",
        "/",
        "http://",
        "\u200b",
        "\u0430",
        "12 Mill ",
        "0",
    ]
    for _ in range(6):
        seed_text = "".join(odd.choices(pieces, k=odd.randint(1, 4)))
        began = time.process_time()
        GUARD.check(Speech((seed_text * 50_000)[:50_000], quotes=(seed_text * 50_000)[:50_000]))
        assert time.process_time() - began < 2, seed_text
