from __future__ import annotations

from textual.geometry import Region

from tests.widgets.stage import Stage
from widgets.incident_list import IncidentList, IncidentRow, grouped
from widgets.mention_stream import MentionRow, MentionStream
from widgets.row_list import RowList
from widgets.window import Listed


def mention(key: int, text: str = "the road is closed", **more: object) -> MentionRow:
    values = {"clock": "18:41", "tier": 3, "word": "watch", "author": "@ana"} | more
    return MentionRow(key=key, text=text, **values)  # type: ignore[arg-type]


class Listening(Stage):
    def on_row_list_selected(self, event: RowList.Selected) -> None:
        self.heard.append(event.key)

    def on_row_list_opened(self, event: RowList.Opened) -> None:
        self.heard.append(("open", event.key))


async def test_the_cursor_is_a_mark_in_the_gutter_and_tells_where_it_is() -> None:
    stream = MentionStream()
    stream.show(Listed([mention(2, "newest"), mention(1, "oldest")]))
    app = Listening(stream)
    async with app.run_test(size=(60, 5)) as pilot:
        stream.focus()
        await pilot.pause()
        assert app.lines()[0].startswith("▸ 18:41 · watch   @ana")
        stream.move(1)
        await pilot.pause()
        assert app.lines()[0].startswith("  18:41")
        assert app.lines()[1].startswith("▸ 18:41")
        stream.open()
        await pilot.pause()
    assert app.heard == [2, 1, ("open", 1)]


async def test_the_selection_survives_new_rows_and_another_size() -> None:
    stream = MentionStream()
    stream.show(Listed([mention(key) for key in range(30, 0, -1)]))
    app = Stage(stream)
    async with app.run_test(size=(60, 8)) as pilot:
        stream.move(5)
        stream.show(Listed([mention(key) for key in range(40, 0, -1)]))
        assert stream.selected is not None
        assert stream.selected.key == 25
        await pilot.resize_terminal(100, 4)
        await pilot.pause()
        assert stream.selected.key == 25
        assert stream.selected in stream.in_sight


async def test_an_empty_list_says_so() -> None:
    app = Stage(MentionStream(empty="no mention yet"))
    async with app.run_test(size=(60, 5)):
        assert app.lines()[0].strip() == "no mention yet"


async def test_incidents_stand_under_their_places_worst_first_by_mark_word_and_order() -> None:
    incidents = IncidentList()
    rows = (
        IncidentRow("a", "Mill Street", 1, "act now", "flood", "31 voices", "12m", "+6", "-0.58", True),
        IncidentRow("b", "Main Road", 2, "soon", "pothole", "14 voices", "3h"),
        IncidentRow("c", "Mill Street", 3, "watch", "power", "4 voices", "1h"),
        IncidentRow("d", "no place", 3, "watch", "election", "1 voice", "6h"),
    )
    incidents.show(Listed(grouped(rows)))
    app = Stage(incidents)
    async with app.run_test(size=(80, 10)):
        lines = app.lines()
    assert [line.strip(" ▹") for line in lines if line.isupper()] == ["MILL STREET", "MAIN ROAD", "NO PLACE"]
    assert "▲ act now  flood" in lines[1]
    assert "■ 31 voices" in lines[1]
    assert lines[1].endswith("12m   +6")
    assert "· watch    power" in lines[2]
    assert incidents.selected == rows[0]


async def test_tests_and_deleted_mentions_say_so_in_words() -> None:
    stream = MentionStream()
    siren = mention(2, "siren", official=True, loud="TEST", author="NWS")
    stream.show(Listed([siren, mention(1, "dam gone", gone="deleted")]))
    app = Stage(stream)
    async with app.run_test(size=(80, 5)):
        first, second = app.lines()[:2]
    assert "■ watch   NWS" in first
    assert "TEST" in first
    assert "deleted: dam gone" in second


async def test_a_mark_stands_in_the_gutter_and_only_gutters_that_differ_are_sent() -> None:
    stream = MentionStream()
    stream.show(Listed([mention(number) for number in range(5, 0, -1)]))
    app = Stage(stream)
    async with app.run_test(size=(60, 6)) as pilot:
        drawn: list[Region] = []
        refresh = stream.refresh

        def watched(*regions: Region, **more: bool) -> MentionStream:
            drawn.extend(regions)
            return refresh(*regions, **more)

        stream.refresh = watched  # type: ignore[method-assign]
        stream.mark(frozenset({5, 3}))
        assert drawn == [Region(0, 0, 2, 1), Region(0, 2, 2, 1)]
        drawn.clear()
        stream.mark(frozenset({3}))
        assert drawn == [Region(0, 0, 2, 1)]
        await pilot.pause()
        assert [line[:2] for line in app.lines()[:4]] == ["▸ ", "  ", " +", "  "]
