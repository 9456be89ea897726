"""The two lines over an answer: LIVE, or EXERCISE, stands there however narrow the screen is."""

from __future__ import annotations

import pytest
from textual.geometry import Size

from widgets.composer import Address, AddressLines

ACCOUNT, CHANNEL = "City of Riverton, duty desk", "mastodon.riverton.example"


@pytest.mark.parametrize("mode", [("LIVE", "everybody reads it"), ("EXERCISE", "nothing is sent")])
def test_the_mode_is_never_cut(mode: tuple[str, str]) -> None:
    told = Address("REPLY", ACCOUNT, CHANNEL, *mode, to="to @ana_r 18:41", state="unchanged")
    for width in range(40, 140):
        head = "".join(text for text, _ in AddressLines(told).lines(Size(width, 2))[0])
        assert mode[0] in head, width
        assert len(head) <= width
