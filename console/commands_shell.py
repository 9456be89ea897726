"""What an operator can do about work in a shell that the wall does by another key, or by looking."""

from __future__ import annotations

from console.command import SHELL, Command


def _shell(verb: str, help_: str, *, acts: bool = False) -> Command:
    return Command(verb, (), verb, help_, "In a shell", SHELL, verb=verb, acts=acts)


IN_A_SHELL: tuple[Command, ...] = (
    _shell("queue", "List the open incidents in the order in which they are taken, the worst first."),
    _shell("item", "Show all that people know of an incident or a mention, and what they did about it."),
    _shell("untag", "Take a tag away.", acts=True),
    _shell("wake", "Bring back what was put away.", acts=True),
    _shell("correct", "Set severity, mood or topic by hand, whatever intake says.", acts=True),
    _shell("topics", "List what posts can be about, and what was learned of it from corrections."),
    _shell("weights", "Show what a word counts for urgency and class, and whence that was learned."),
    _shell("close", "Close incidents by hand; what becomes worse opens one again.", acts=True),
    _shell("reopen", "Open incidents again.", acts=True),
    _shell("detach", "Take mentions out of their incident.", acts=True),
    _shell("promise", "Note what was promised, and until when; or that it was kept.", acts=True),
    _shell("routes", "List the departments that an incident can go to, the most fitting first."),
    _shell("acknowledge", "Note that somebody took a ticket: nobody else is woken.", acts=True),
    _shell("tickets", "List what departments have, and how it stands there."),
    _shell("told", "Show who reported an incident, and who has been told what."),
    _shell("proposals", "List the words, and the cases to reopen, that wait for somebody to decide."),
)
