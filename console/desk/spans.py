"""Sends of a line only the cells that changed: Textual sends it from the left edge of its widget on."""

from __future__ import annotations

from rich.console import Console
from rich.control import Control
from textual._compositor import ChopsUpdate


class Spans(ChopsUpdate):
    """An update cut to its spans at both ends; a typed letter is then two cells, wherever it stands."""

    def render_segments(self, console: Console) -> str:
        """The cells, each stretch with the place where it begins."""
        told: list[str] = []
        for y, x1, x2 in self.spans:
            for end, (x, strip) in zip(self.chop_ends[y], self.chops[y].items(), strict=False):
                if strip is not None and x < x2 and end > x1:
                    first = max(x, x1)
                    told.append(Control.move_to(first, y).segment.text)
                    told.append(strip.crop(first - x, min(end, x2) - x).render(console))
        return "".join(told)
