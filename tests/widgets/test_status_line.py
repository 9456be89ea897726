"""A banner and a source that has stopped, on one line: neither hides the other where both fit."""

from __future__ import annotations

import pytest
from textual.geometry import Size

from widgets.status_line import Status, StatusLine

WAITS = "1 private post waits in the restricted inbox and no role may read it; name one in [inbox]"


def line(width: int, *, live: bool = True, banner: str = WAITS, dead: str = "", inbox: str = "") -> str:
    status = Status(
        "Riverton desk",
        "18:42",
        live,
        "LIVE" if live else "NO SERVICE since 18:31",
        banner=banner,
        dead=dead,
        inbox=inbox,
        counts=((1, 2), (2, 5), (3, 31)),
    )
    (drawn,) = StatusLine(status).lines(Size(width, 1))
    text = "".join(part for part, _ in drawn)
    assert len(text) == width
    return text


@pytest.mark.parametrize("width", [120, 100, 80, 60, 50])
def test_a_standing_banner_does_not_hide_a_source_that_has_stopped(width: int) -> None:
    told = line(width, dead="power feed DEAD 14m")
    assert "LIVE  18:42  power feed DEAD 14m  1 private p" in told


@pytest.mark.parametrize("width", [120, 100, 80])
def test_a_long_name_and_a_full_inbox_leave_room_for_both(width: int) -> None:
    told = line(width, dead="power-station-f... SILENT 14m +3", inbox="inbox 2 (1 act now)")
    assert "inbox 2" in told
    assert "power-station-f... SILENT 14m +3  1 private p" in told
    assert told.endswith("▲2 ●5 ·31 ")


def test_where_there_is_room_for_one_the_banner_stays() -> None:
    assert "1 private post" in line(40, dead="power feed DEAD 14m")


@pytest.mark.parametrize(("width", "both"), [(120, True), (80, False)])
def test_without_a_service_what_to_type_comes_first(width: int, both: bool) -> None:
    banner = "type: watchfloor serve · data 11m"
    told = line(width, live=False, banner=banner, dead="power feed DEAD 14m")
    assert banner in told
    assert ("power feed DEAD 14m" in told) == both


def test_several_troubles_stand_on_one_line() -> None:
    assert "The disk is full. The clock is off." in line(120, banner="The disk is full.\nThe clock is off.")


@pytest.mark.parametrize(
    ("width", "link", "told"),
    [
        (120, "full 2.1 kB/min", "sources 6 live  data <1m  link full 2.1 kB/min"),
        (80, "lean 0.4 kB/min", "LIVE  18:42  sources 6 live  data <1m  lean 0.4 kB/min"),
        (80, "full 2.1 kB/min", "LIVE  18:42  on shift lee kim ana  6 live  data <1m"),
        (60, "lean 0.4 kB/min", "LIVE  18:42  6 live  lean 0.4 kB/min"),
        (40, "lean 0.4 kB/min", "LIVE  18:42  lean"),
    ],
)
def test_a_thin_link_is_told_before_who_is_on_shift_and_a_full_one_after(
    width: int, link: str, told: str
) -> None:
    status = Status(
        "Riverton desk",
        "18:42",
        True,
        "LIVE",
        on_shift="on shift lee kim ana",
        sources="6 live",
        age="data <1m",
        link=(link, link.split()[0]),
        counts=((1, 2), (2, 5), (3, 31)),
    )
    (drawn,) = StatusLine(status).lines(Size(width, 1))
    assert told in "".join(part for part, _ in drawn)


def test_a_thin_link_stands_behind_a_banner_where_there_is_room() -> None:
    status = Status(
        "Riverton", "18:42", True, "LIVE", banner="The disk is full.", link=("lean 0.4 kB/min", "lean")
    )
    (drawn,) = StatusLine(status).lines(Size(80, 1))
    assert "The disk is full.  lean 0.4 kB/min" in "".join(part for part, _ in drawn)
    (drawn,) = StatusLine(status).lines(Size(48, 1))
    assert "The disk is full.  lean " in "".join(part for part, _ in drawn)
