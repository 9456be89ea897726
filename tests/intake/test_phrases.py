import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.intake.patterns import Patterns, slots_of, spell_out
from console.intake.phrases import Phrases, Words, fold, readable

TEXTS = st.text(
    alphabet=st.sampled_from(list("aBZé #_@'\u2019.:/-0水ケ\u200b\u0301İß😂\n")) | st.characters(),
    max_size=40,
)


@given(TEXTS)
@settings(max_examples=1000)
def test_every_word_is_found_again_where_it_stands(text: str) -> None:
    words = Words(text)
    assert len(words.keys) == len(words.pieces) == len(words.spans)
    ends = 0
    for (start, end), piece in zip(words.spans, words.pieces, strict=True):
        assert text[start:end] == piece
        assert start >= ends
        ends = end


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("Mill Street's closed", ["mill", "street", "closed"]),
        ("Mill Street\u2019s closed", ["mill", "street", "closed"]),
        ("we can't, we can\u2019t, we cant", ["we", "cant", "we", "cant", "we", "cant"]),
        ("#MillStreet #mill_street #millstreet", ["mill", "street", "mill", "street", "millstreet"]),
        ("#HoustonFlood2017 #NSWFires", ["houston", "flood", "2017", "nsw", "fires"]),
        ("ask @mill_street or https://mill.example/street www.mill.example", ["ask", "or"]),
        ("Žižkov Straße São Łódź", ["zizkov", "strasse", "sao", "lodz"]),
        ("水がミル街に", list("水がミル街に")),
        ("I-10 at 5th", ["i", "10", "at", "5th"]),
        ("", []),
        ("...!?", []),
    ],
)
def test_words_are_folded_for_comparing(text: str, keys: list[str]) -> None:
    assert fold(text) == keys


def test_the_longest_phrase_wins_and_matches_do_not_overlap() -> None:
    trie = Phrases(
        [(fold(name), name) for name in ("Mill", "Mill Street", "Mill Street North", "Street Market")]
    )
    found = trie.find(Words("Mill Street Market, mill street north and the mill"))
    assert [value for _, _, value in found] == ["Mill Street", "Mill Street North", "Mill"]


def test_a_longer_phrase_that_breaks_off_falls_back_on_the_shorter() -> None:
    trie = Phrases([(["a"], 1), (["a", "b", "c"], 3)])
    assert trie.find(Words("a b x a b c")) == [(0, 1, 1), (3, 6, 3)]


def test_the_first_value_of_a_phrase_stays() -> None:
    trie: Phrases[str] = Phrases()
    assert trie.add(["mill"], "first")
    assert not trie.add(["mill"], "second")
    assert trie.add(["mill", "street"], "longer")
    assert [value for *_, value in trie.find(Words("mill, mill street"))] == ["first", "longer"]


def test_an_entry_of_a_table_stands_for_many_phrases() -> None:
    slots = list(slots_of("i|we need a? boat"))
    assert [" ".join(words) for words in spell_out(slots, "i")] == ["i need boat", "i need a boat"]
    assert [" ".join(words) for words in spell_out(slots, "we")] == ["we need boat", "we need a boat"]
    assert list(spell_out(slots, "need")) == []


def test_a_pattern_is_found_by_whichever_word_it_begins_with() -> None:
    patterns = Patterns([("so? very|quite cold", 1), ("very cold water", 2), ("quite|very cold", 3)])
    found = patterns.find(Words("so very cold; quite cold; very cold water; cold; so cold"))
    assert [value for *_, value in found] == [(1,), (1, 3), (2,)]
    assert dict(patterns) == {
        ("so", "very", "cold"): (1,),
        ("so", "quite", "cold"): (1,),
        ("very", "cold"): (1, 3),
        ("quite", "cold"): (1, 3),
        ("very", "cold", "water"): (2,),
    }


def test_a_pattern_without_an_owner_takes_its_words_and_gives_nobody() -> None:
    patterns: Patterns[int] = Patterns([("fire", 1), ("fire sale", None)])
    assert [value for *_, value in patterns.find(Words("fire sale, fire"))] == [(), (1,)]


def test_a_phrase_is_found_in_a_hashtag_without_its_spaces() -> None:
    patterns = Patterns([("water|power is? out", 1), ("water", 2)])
    assert patterns.find(Words("#waterisout #powerout #watery")) == [(0, 1, (1,)), (1, 2, (1,))]
    trie = Phrases([(["oak", "lane"], "Oak Lane")])
    assert trie.find(Words("#oaklane #oaklanes")) == [(0, 1, "Oak Lane")]
    assert trie.find(Words(f"#{'oaklane' * 20}")) == []
    trie.add(["oak", "lanes"], "Oak Lanes")
    assert [value for *_, value in trie.find(Words("#oaklane #oaklanes"))] == ["Oak Lane", "Oak Lanes"]


def test_hidden_characters_are_read_over_and_their_offsets_kept() -> None:
    text = "at Mi\u200bll\u202e Stre\u00adet"
    shown, starts, ends = readable(text)
    assert shown == "at Mill Street"
    assert text[starts[3] : ends[13]] == "Mi\u200bll\u202e Stre\u00adet"
