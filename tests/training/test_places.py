import json
from math import isfinite

from console.intake.recogniser import GROUPS, SLOTS, STREETS, base_parts, shipped_weights
from tests.training.places import OUT, examples, learn, normal, posts_about
from tests.training.posts import FOLDS
from tests.training.streets import HELD_OUT, cities, learned, streets


def test_the_weights_that_ship_are_few_say_whence_they_are_and_are_of_known_slots() -> None:
    stored = json.loads(OUT.read_text("utf-8"))
    assert OUT.stat().st_size < 250_000
    assert "CC BY 4.0" in stored["about"]
    assert "IDRISI-RE" in stored["about"]
    of_forms = {slot for form in ("MgT", "RrT1") for slot, _ in base_parts(form, "a5.0")}
    for part in ("known", "local"):
        for slot, values in stored[part].items():
            name, _, group = slot.partition("|")
            assert slot in of_forms or (name in SLOTS and (not group or group in GROUPS)), slot
            assert all(isfinite(weight) and abs(weight) < 10 for weight in values.values()), slot
    assert set(shipped_weights().tables) == set(GROUPS)
    assert set(GROUPS) >= STREETS


def test_no_event_is_learned_from_and_measured_on() -> None:
    held_out = [event for fold in FOLDS for event in fold]
    assert len(held_out) == len(set(held_out))


def test_invented_posts_point_at_their_places_and_none_is_learned_from_and_measured_on() -> None:
    texts = [{one.text for one in part} for part in (learned(), streets()[HELD_OUT], cities())]
    assert all(texts)
    assert len(set.union(*texts)) == sum(map(len, texts))
    for one in (*streets(), *cities()):
        for text, _, start, end in one.places:
            assert one.text[start:end] == text


def test_learning_is_the_same_each_time_and_has_a_verdict_for_each_candidate() -> None:
    made = examples(posts_about(learned()[:120]))
    assert {example.place for example in made} == {True, False}
    assert all(example.counts > 0 for example in made)
    assert learn(made) == learn(made)


def test_names_are_compared_without_case_spaces_and_signs() -> None:
    assert normal("#New-York ") == normal("new york") == "newyork"
