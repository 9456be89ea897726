"""Hostile text through every widget: no control byte left, no markup obeyed, no crash, nothing moved."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.widget import Widget
from textual.widgets import Input

from tests.hostile import PAYLOADS, raw_controls
from tests.widgets.stage import Stage
from widgets.filter_line import FilterLine
from widgets.heading import Heading, Title
from widgets.incident_list import Fact, IncidentList, IncidentRow, grouped
from widgets.item_detail import Item, ItemDetail, Section, Why
from widgets.key_line import KeyHint, KeyLine
from widgets.mention_stream import MentionRow, MentionStream
from widgets.mood_gauge import Mood, MoodGauge
from widgets.notice_line import Notice, NoticeLine
from widgets.status_line import Status, StatusLine
from widgets.tab_line import TabLine, Tabs
from widgets.window import Listed


def mention_stream(text: str) -> Widget:
    stream = MentionStream()
    stream.show(Listed([MentionRow(1, "18:41", 1, "act now", text, text, text[:20])]))
    return stream


def incident_list(text: str) -> Widget:
    incidents = IncidentList()
    row = IncidentRow("a", text, 1, "act now", text, "1 voice", "1m", facts=(Fact(text),))
    incidents.show(Listed(grouped((row,))))
    return incidents


def filter_line(text: str) -> Widget:
    return FilterLine(text[:40], text)


HEIGHT = 5
WIDGETS: dict[str, Callable[[str], Widget]] = {
    "mention stream": mention_stream,
    "incident list": incident_list,
    "filter line": filter_line,
    "item detail": lambda text: ItemDetail(
        Item(
            word=text,
            title=(text,),
            loud=text,
            gone=text,
            why=(Why(text, 1),),
            byline=(text,),
            text=text[:8000],
            facts=(text,),
            sections=(Section(text, (text[:8000],)),),
        )
    ),
    "status line": lambda text: StatusLine(Status(text, text, True, text[:20], on_shift=text, dead=text)),
    "banner": lambda text: StatusLine(Status(text, banner=text)),
    "notice line": lambda text: NoticeLine(Notice("MOOD", text, hint=text[:20])),
    "tab line": lambda text: TabLine(Tabs("MENTIONS", (text,), filter=text)),
    "mood gauge": lambda text: MoodGauge((Mood(text, 0.1, 20, stale=text[:4]),)),
    "key line": lambda text: KeyLine((KeyHint(text[:9], text[:9]),)),
    "heading": lambda text: Heading(Title(((text, ""),))),
}


@pytest.mark.parametrize("name", WIDGETS)
async def test_no_payload_reaches_the_screen_alive(name: str) -> None:
    widgets = [WIDGETS[name](text[:8000]) for text in PAYLOADS.values()]
    app = Stage(*widgets)
    async with app.run_test(size=(80, HEIGHT * len(widgets))) as pilot:
        for widget, text in zip(widgets, PAYLOADS.values(), strict=True):
            widget.styles.height = HEIGHT
            if isinstance(widget, FilterLine):
                widget.query_one(Input).value = text[:8000]
        await pilot.pause()
        strips = app.screen._compositor.render_strips(app.size)
    assert len(strips) == HEIGHT * len(widgets)
    for index, payload in enumerate(PAYLOADS):
        for strip in strips[HEIGHT * index : HEIGHT * (index + 1)]:
            assert raw_controls(strip.text.encode("utf-8")) == [], payload
            styles = [segment.style for segment in strip if segment.style is not None]
            assert not any(style.link or "@click" in style.meta for style in styles), payload


async def test_markup_is_shown_as_it_was_written() -> None:
    text = "[@click=app.quit]x[/] [link=https://evil.example]bank[/link] closing [/]"
    app = Stage(mention_stream(text))
    async with app.run_test(size=(200, 3)):
        assert text in app.lines()[0]
