"""What is said of an address that was typed, where nobody has to be asked."""

from __future__ import annotations

import pytest

from feeds.discover_names import understand


@pytest.mark.parametrize("typed", ["https://bsky.app/search?q=riverton", "https://bsky.app/hashtag/riverton"])
def test_a_search_of_bluesky_says_that_it_needs_an_account(typed: str) -> None:
    found = understand(typed)
    assert any("`account`" in note and "app password" in note for note in found.notes)  # type: ignore[union-attr]
