from __future__ import annotations

import pytest
from textual.widget import Widget

from tests.widgets.stage import Stage
from widgets.glyphs import ASCII, UNICODE
from widgets.heading import Heading, Title
from widgets.item_detail import Item, ItemDetail, Section, Why
from widgets.key_line import KeyHint, KeyLine
from widgets.mood_gauge import Mood, MoodGauge
from widgets.notice_line import Notice, NoticeLine
from widgets.status_line import Status, StatusLine
from widgets.tab_line import TabLine, Tabs


async def shown(widget: Widget, width: int = 80, height: int = 12) -> list[str]:
    app = Stage(widget)
    async with app.run_test(size=(width, height)):
        return app.lines()


STATUS = Status(
    "Riverton",
    "18:42",
    True,
    "LIVE",
    on_shift="on shift lee kim ana",
    sources="6 live 1 quiet",
    dead="power feed DEAD 14m",
    age="data 2m",
    counts=((1, 2), (2, 5), (3, 31)),
)


async def test_the_status_line_says_everything_where_there_is_room() -> None:
    line = (await shown(StatusLine(STATUS), 120))[0]
    for words in (
        "Riverton",
        "LIVE",
        "18:42",
        "lee kim ana",
        "sources 6 live 1 quiet",
        "power feed DEAD 14m",
    ):
        assert words in line
    assert line.endswith("data 2m            ▲2 ●5 ·31")


@pytest.mark.parametrize("width", [80, 60, 40])
async def test_a_narrow_status_line_keeps_service_clock_and_counts(width: int) -> None:
    line = (await shown(StatusLine(STATUS), width))[0]
    assert "LIVE  18:42" in line
    assert "▲2 ●5 ·31" in line


@pytest.mark.parametrize("width", [120, 80, 60])
async def test_without_a_service_the_line_says_since_when_and_what_to_type(width: int) -> None:
    banner = "type: watchfloor serve · data 11m"
    status = Status(
        "Riverton", "18:42", False, "NO SERVICE since 18:31", banner, counts=((1, 2), (2, 5), (3, 31))
    )
    line = (await shown(StatusLine(status), width))[0]
    assert "NO SERVICE since 18:31" in line
    assert "type: watchfloor serve" in line
    assert ("data 11m" in line) == (width >= 80)


async def test_the_active_tab_and_what_waits_can_be_told_without_colour() -> None:
    tabs = Tabs("MENTIONS", ("all", "election"), 1, waiting=17, act_now=2, focused=True)
    line = (await shown(TabLine(tabs)))[0]
    assert line.startswith("▸ MENTIONS  1 all [2 election]")
    assert line.endswith("17 new (2 act now) .")


async def test_more_waiting_than_are_counted_says_so() -> None:
    assert (await shown(TabLine(Tabs("MENTIONS", ("all",), waiting=1000))))[0].endswith("1000+ new .")


async def test_a_filter_in_force_is_shown_with_the_key_that_clears_it() -> None:
    line = (await shown(TabLine(Tabs("MENTIONS", ("all",), filter="tier:now"))))[0]
    assert "only tier:now  Esc clears" in line


async def test_a_gauge_shows_bar_trend_mean_and_sample() -> None:
    bars = (0.9, 0.2, 0.0, -0.2, -0.6, -0.9, None, -1.0, 1.0, -0.31)
    line = (await shown(MoodGauge((Mood("town", -0.31, 412, bars),))))[0]
    assert line.strip() == "town ──━┼─── █▅▅▄▂▁ ▁█▃ -0.31 of 412"


async def test_a_thin_or_stale_gauge_says_so_and_silence_is_unknown() -> None:
    thin = (await shown(MoodGauge((Mood("Mill Street", -0.58, 9, stale="3h"),))))[0]
    assert thin.strip().endswith("-0.58 of 9 thin stale 3h")
    lost = (await shown(MoodGauge((Mood("Mill Street", -0.58, 40, without="posts 14m"),))))[0]
    assert "-0.58 of 40 without posts 14m" in lost
    assert "mood unknown" in (await shown(MoodGauge((Mood("Oak Road", None, 0),))))[0]


async def test_gauges_that_do_not_fit_are_left_out_whole() -> None:
    moods = tuple(Mood(f"place {number}", 0.1, 20, (0.1,) * 10) for number in range(9))
    line = (await shown(MoodGauge(moods), 60))[0]
    assert line.strip().endswith("of 20")


async def test_a_notice_takes_the_rule_s_place_and_gives_it_back() -> None:
    notice = NoticeLine(Notice("MOOD"))
    app = Stage(notice)
    async with app.run_test(size=(80, 3)) as pilot:
        assert app.lines()[0].startswith("─ MOOD ────")
        notice.speak(Notice("MOOD", "act now: @ana\nWater", urgent=True, hint=". lets it in"))
        await pilot.pause()
        assert app.lines()[0].startswith(" ▲ act now: @ana Water")
        assert app.lines()[0].endswith(". lets it in")


async def test_at_sixty_columns_help_and_quit_stay() -> None:
    hints = tuple(KeyHint(key, f"verb {key}") for key in "abcdefgh")
    line = (await shown(KeyLine((*hints, KeyHint("?", "keys", True), KeyHint("Ctrl+Q", "quit", True))), 60))[
        0
    ]
    assert line.endswith("? keys  Ctrl+Q quit")
    assert line.startswith(" a verb a")


ITEM = Item(
    tier=1,
    word="act now",
    title=("Mill Street", "flood"),
    why=(Why('calls for help "can\'t get out"', 4), Why("water indoors", 2)),
    total=6,
    byline=("@ana_r", "board", "18:41, 2m ago"),
    text="Water is coming in. 14 Mill Street.",
    marks=((23, 34),),
    facts=("3 voices, 2 repeats", "mood -0.34"),
    sections=(Section("Earlier text", ("Water in the basement",)),),
)


async def test_the_detail_gives_the_words_first_then_why_with_the_points_and_their_sum() -> None:
    lines = await shown(ItemDetail(ITEM))
    assert lines[0].endswith("▲ act now · Mill Street · flood")
    assert lines[1].strip() == "@ana_r · board · 18:41, 2m ago"
    assert lines[2].strip() == "Water is coming in. 14 Mill Street."
    assert lines[3].strip() == 'why 6 = calls for help "can\'t get out" +4   water indoors +2'


async def test_an_incident_has_no_words_of_its_own_so_why_comes_first() -> None:
    lines = await shown(ItemDetail(Item(why=(Why("3 voices", 2),), total=2, byline=("3 mentions",))))
    assert [line.strip() for line in lines[1:3]] == ["why 2 = 3 voices +2", "3 mentions"]


async def test_the_detail_goes_on_with_what_the_text_said_before() -> None:
    lines = await shown(ItemDetail(ITEM))
    assert "  Water in the basement" in lines[6]


async def test_the_detail_says_on_one_line_what_people_do_and_above_it_what_was_too_long_for_the_notice() -> (
    None
):
    item = Item(
        word="soon", title=("Mill Street",), work=("claimed by kim 4m", "first answer due 18:44"), text="x"
    )
    lines = await shown(ItemDetail(item), 60)
    assert [line.strip("▸ ") for line in lines[:2]] == [
        "· soon · Mill Street",
        "claimed by kim 4m · first answer due 18:44",
    ]
    assert (await shown(ItemDetail(item), 30))[1].endswith("…")
    told = await shown(ItemDetail(Item(empty="nothing is selected", said="Nothing was sent. " * 3)), 40)
    assert [line.strip() for line in told[:3]] == [
        "Nothing was sent. Nothing was sent.",
        "Nothing was sent.",
        "nothing is selected",
    ]


async def test_an_exercise_is_shouted() -> None:
    item = Item(word="watch", loud="EXERCISE: this is not a real alert.", text="Dam break", official=True)
    lines = await shown(ItemDetail(item))
    assert "EXERCISE: this is not a real alert." in lines[1]


async def test_a_long_detail_says_how_much_is_hidden_and_scrolls_to_it() -> None:
    detail = ItemDetail(Item(text="\n".join(f"line {number}" for number in range(40))))
    app = Stage(detail)
    async with app.run_test(size=(60, 6)) as pilot:
        assert app.lines()[-1].strip().startswith("…")
        detail.to_last()
        await pilot.pause()
        assert app.lines()[-2].strip() == "line 39"
        assert app.lines()[-1].strip() == "why 0 = nothing in it raises its urgency"


@pytest.mark.parametrize("width", [1, 2, 7, 20, 39])
async def test_no_picture_breaks_where_there_is_no_room(width: int) -> None:
    for widget in (
        StatusLine(STATUS),
        TabLine(Tabs("MENTIONS", ("all",), waiting=9)),
        MoodGauge((Mood("town", 0.1, 20, (0.1,) * 10),)),
        NoticeLine(Notice("MOOD", "act now", hint="x")),
        KeyLine((KeyHint("?", "keys", True),)),
        ItemDetail(ITEM),
        Heading(Title((("INCIDENTS", ""),), tail=(("age", ""),))),
    ):
        assert len(await shown(widget, width, 3)) == 3


async def test_the_ascii_marks_need_no_other_character() -> None:
    for widget in (
        StatusLine(STATUS, glyphs=ASCII),
        TabLine(Tabs("MENTIONS", ("all",), waiting=9, focused=True), glyphs=ASCII),
        MoodGauge((Mood("town", -0.4, 20, (0.1,) * 10),), glyphs=ASCII),
        NoticeLine(Notice("MOOD"), glyphs=ASCII),
        ItemDetail(ITEM, glyphs=ASCII),
    ):
        assert "".join(await shown(widget)).isascii()
    assert (
        len({UNICODE.mark(tier) for tier in (1, 2, 3)}) == len({ASCII.mark(tier) for tier in (1, 2, 3)}) == 3
    )
