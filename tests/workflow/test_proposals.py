"""What is proposed for the public when a ticket moves: nothing that is not known."""

from __future__ import annotations

from typing import get_args

import pytest

from console.workflow.proposals import (
    REPLY_FOR,
    Ticket,
    TicketState,
    is_borne,
    propose,
    proposes_reopening,
    state_of,
)
from console.workflow.templates import Template, Templates, load_templates

REPLIES = load_templates()


def words(state: TicketState) -> str:
    proposal = propose(Ticket(state, "Roads", "R-17", "Mill Street"), REPLIES, "en")
    assert proposal is not None
    return proposal.filled.text


def test_received_is_said_only_after_the_department_took_it() -> None:
    assert "received" not in words("sent")
    assert words("taken").startswith("Roads has received your report. The case number is R-17.")


def test_closed_is_never_fixed() -> None:
    assert words("closed") == (
        "Roads has closed case R-17. If the problem is still there, please tell us here,"
        " and we will ask them to look again."
    )
    for status in ("closed", "Completed", "RESOLVED", "fixed", "in_progress", "done"):
        state = state_of(status)
        assert state is not None
        assert "fixed" not in words(state)


@pytest.mark.parametrize("state", get_args(TicketState))
def test_every_state_has_words_and_a_reason(state: TicketState) -> None:
    proposal = propose(Ticket(state, "Roads", "R-17"), REPLIES, "en")
    assert proposal is not None
    assert proposal.why.endswith(".")
    assert set(proposal.filled.empty) <= {"next update"}
    assert is_borne(state, proposal.filled.text)


def test_what_is_not_known_stays_a_slot_that_blocks_sending() -> None:
    proposal = propose(Ticket("taken"), REPLIES)
    assert proposal is not None
    assert proposal.filled.empty == ("who", "ticket")


def test_a_status_that_nobody_knows_proposes_nothing() -> None:
    assert state_of("frobnicated") is None
    assert state_of(" In  Progress ") == "working"
    assert state_of("scheduled") == "taken"


def test_a_desk_has_its_own_words_in_its_own_languages() -> None:
    own = Templates(
        (*REPLIES.all, Template("ticket-closed-de", "Zu", "{who} hat {ticket} geschlossen.", lang="de"))
    )
    german = propose(Ticket("closed", "Tiefbau", "7"), own, "de")
    assert german is not None
    assert (german.filled.text, german.lang) == ("Tiefbau hat 7 geschlossen.", "de")
    english = propose(Ticket("closed", "Tiefbau", "7"), own, "en-GB")
    assert english is not None
    assert english.template == "ticket-closed"


@pytest.mark.parametrize(
    ("state", "text", "borne"),
    [
        ("closed", "The hole is fixed.", False),
        ("closed", "It has been repaired!", False),
        ("closed", "Wurde behoben.", False),
        ("closed", "Closed. Is it fixed?", True),
        ("closed", "The case is closed.", True),
        ("working", "It will be fixed soon", False),
        ("sent", "Roads have received it.", False),
        ("sent", "They are working on it.", False),
        ("sent", "We have passed it on.", True),
        ("taken", "Roads have received it.", True),
    ],
)
def test_a_desks_own_words_may_not_say_more_than_the_state_does(
    state: TicketState, text: str, borne: bool
) -> None:
    assert is_borne(state, text) is borne
    proposal = propose(Ticket(state), Templates((Template(REPLY_FOR[state], "Ours", text),)))
    assert (proposal is not None) is borne


def test_still_broken_proposes_to_open_it_again() -> None:
    assert proposes_reopening("closed", "No it isn't! Still a mess.") == "no it isn't"
    assert proposes_reopening("closed", "fixed, thanks") == ""
    assert proposes_reopening("working", "still broken") == ""
