"""What a reporter answers: still broken, or over."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.workflow.reporters import Heard, hear


@pytest.mark.parametrize(
    "answer",
    [
        "Still broken!",
        "it's STILL flooded on our side",
        "Still nothing. Nobody has come.",
        "still no power here",
        "Still waiting for the crew",
        "Not fixed yet",
        "It isn’t fixed.",
        "It isnt fixed at all",
        "it has not been properly repaired",
        "Never got fixed",
        "No it isn't",
        "no, it's not",
        "No, it hasn't.",
        "It's broken again",
        "The street has flooded again",
        "flooded once again",
        "Again no light on Mill Street",
        "And again.",
        "still??",
        "Not yet!",
        "It's fixed but not completely",
        "It doesn't look fixed to me",
        "Nothing was repaired",
        "We still have water in the cellar",
        "It is breaking up again",
        "Fixed? No.",
        "fixed?? not at all",
        "Fixed? Really?",
        "The light does not work",
        "doesn't work",
        "Nothing has changed",
        "nobody came",
        "It is getting worse",
        "same problem today",
        "The pothole is back",
        "Thanks, but it is still leaking",
        "It was fixed on Monday, now it is broken again",
        "It was fixed. But today it's out again.",
        "Why is it not fixed yet?",
        "Is it still broken? Yes, still dark.",
        "Sigue rota la farola",
        "Todavía no está arreglado",
        "No lo han arreglado",
        "Otra vez sin luz",
        "Ya no funciona",
        "Toujours en panne",
        "Ce n'est pas réparé",
        "Ce n’est toujours pas réglé",
        "ça ne marche pas",
        "Immer noch kaputt",
        "Ist noch nicht repariert",
        "Das geht nicht. Nichts passiert.",
        "wieder überflutet",
        "Ainda não foi consertado",
        "Continua igual",
        "Non è stato riparato",
        "Ancora rotto",
        "Nog steeds kapot",
        "Het is niet gemaakt",
        "Werkt nog niet",
    ],
)
def test_not_fixed_is_heard(answer: str) -> None:
    assert hear(answer).verdict == "still", hear(answer)
    assert hear(answer).words


@pytest.mark.parametrize(
    "answer",
    [
        "Fixed, thanks!",
        "It's fixed now, thank you",
        "Thanks again, it is fixed.",
        "All sorted",
        "It works again",
        "Power is back on, thanks again",
        "It is no longer leaking",
        "not broken anymore",
        "No it isn't broken any more",
        "no more problems",
        "Still working fine, thanks",
        "Ya está arreglado, gracias de nuevo",
        "Ya no está roto",
        "C'est réparé, merci encore",
        "Ça fonctionne à nouveau",
        "Ist repariert, danke",
        "Die Lampe geht wieder",
        "nicht mehr kaputt",
        "Já foi consertado, obrigada",
        "È stato riparato, grazie",
        "Is opgelost, bedankt",
    ],
)
def test_fixed_with_thanks_is_no_reason_to_open_it_again(answer: str) -> None:
    assert hear(answer).verdict == "over", hear(answer)


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "Is it fixed?",
        "When will it be fixed?",
        "It should be fixed by tomorrow",
        "I hope it is fixed",
        "They claim it is fixed",
        "Thanks again for telling me",
        "Thank you",
        "Merci encore",
        "We drive there every day",
        "> it is still broken\nThank you for asking",
        "https://city.example/still/not/fixed",
    ],
)
def test_a_question_or_thanks_alone_say_neither(answer: str) -> None:
    assert hear(answer) == Heard()


def test_the_words_are_what_was_written() -> None:
    assert hear("Thanks. But it's STILL   not working!").words == "still not"
    assert hear("Fixed, thanks").words == "fixed"


def test_an_answer_is_read_in_a_moment() -> None:
    start = time.process_time()
    hear("still and not no it is " * 400)
    hear("n't " * 2000)
    hear(" " * 2000)
    assert time.process_time() - start < 2


@given(st.text(st.sampled_from("still not fixed again no it's ?.!,\n>é")))
def test_any_answer_can_be_read(answer: str) -> None:
    heard = hear(answer)
    assert bool(heard.verdict) == bool(heard.words)
