"""The invented street posts are what they say: measured figures rest on them."""

import json

from tests.training.streets import CITIES, FILE, HELD_OUT, cities, learned, streets

KINDS = {
    "street",
    "crossing",
    "highway",
    "exit",
    "address",
    "river",
    "bridge",
    "school",
    "park",
    "building",
    "neighbourhood",
    "town",
    "area",
    "hashtag",
}


def test_every_place_stands_whole_in_its_post() -> None:
    for one in (*streets(), *cities()):
        for name, _, start, end in one.places:
            assert one.text[start:end] == name == name.strip()
            around = one.text[start - 1 : start].strip("#"), one.text[end : end + 1]
            inside_tag = "#" in one.text[:end].split()[-1] if one.text[:end].split() else False
            assert inside_tag or not any(edge.isalnum() for edge in around), (one.id, name)


def test_every_place_has_a_kind_that_is_named() -> None:
    assert {kind for one in streets() for _, kind, _, _ in one.places} == KINDS


def test_every_post_is_there_once() -> None:
    assert [one.id for one in streets()] == [f"street-{number:03d}" for number in range(1, 1801)]
    assert [one.id for one in cities()] == [f"city-{number:03d}" for number in range(1, 201)]
    assert len({one.text.casefold() for one in (*streets(), *cities())}) == 2000


def test_hardly_a_name_is_learned_from_and_measured_on_in_the_towns_of_nowhere() -> None:
    named = {name.casefold() for one in learned() for name, _, _, _ in one.places}
    held_out = {name.casefold() for one in streets()[HELD_OUT] for name, _, _, _ in one.places}
    assert len(named & held_out) < 0.05 * len(held_out)


def test_a_share_of_posts_names_no_place() -> None:
    for part in (learned(), streets()[HELD_OUT], cities()):
        assert 0.1 <= sum(not one.places for one in part) / len(part) <= 0.25


def test_nothing_but_the_three_fields_is_kept() -> None:
    for line in (FILE.read_text("utf-8") + CITIES.read_text("utf-8")).splitlines():
        one = json.loads(line)
        assert list(one) == ["id", "text", "places"]
        assert all(list(place) == ["text", "kind"] for place in one["places"])
