"""The invented street posts are what they say: measured figures rest on them."""

import json

from tests.training.streets import DEV, FILE, HELD_OUT, streets

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
    for one in streets():
        for name, _, start, end in one.places:
            assert one.text[start:end] == name == name.strip()
            around = one.text[start - 1 : start].strip("#"), one.text[end : end + 1]
            inside_tag = "#" in one.text[:end].split()[-1] if one.text[:end].split() else False
            assert inside_tag or not any(edge.isalnum() for edge in around), (one.id, name)


def test_every_place_has_a_kind_that_is_named() -> None:
    assert {kind for one in streets() for _, kind, _, _ in one.places} == KINDS


def test_there_are_six_hundred_posts_each_once() -> None:
    assert [one.id for one in streets()] == [f"street-{number:03d}" for number in range(1, 601)]
    assert len({one.text.casefold() for one in streets()}) == 600
    assert len(FILE.read_text("utf-8").splitlines()) == 600


def test_the_halves_share_no_post_and_hardly_a_name() -> None:
    dev, held_out = streets()[DEV], streets()[HELD_OUT]
    assert len(dev) == len(held_out) == 300
    names = [{name.casefold() for one in half for name, _, _, _ in one.places} for half in (dev, held_out)]
    assert len(names[0] & names[1]) <= 3


def test_a_share_of_posts_names_no_place() -> None:
    for half in (DEV, HELD_OUT):
        assert 45 <= sum(not one.places for one in streets()[half]) <= 75


def test_nothing_but_the_three_fields_is_kept() -> None:
    for line in FILE.read_text("utf-8").splitlines():
        one = json.loads(line)
        assert list(one) == ["id", "text", "places"]
        assert all(list(place) == ["text", "kind"] for place in one["places"])
