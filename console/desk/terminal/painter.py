"""Cells in, bytes out: the fewest that turn what a terminal shows into what it should show.

Everything sent is understood by xterm, tmux, screen, PuTTY, mosh and the Linux console: absolute and relative
moves, SGR, erasing to the end of a line or of the screen, and lines put in or taken out.
Only where the terminal was seen to know it, a character is repeated by REP (ECMA-48, 8.3.103).
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import ne

from console.desk.terminal.cells import Row, certain, reach
from console.desk.terminal.pen import PLAIN, Look, change, erasable, on_blanks

ERASE_TO_END, ERASE_BELOW = "\x1b[K", "\x1b[J"
CLEAR = "\x1b[r\x1b[m\x1b[H\x1b[2J"
"""No scroll region, the plain pen, home, and an empty screen."""


def move(at: tuple[int | None, int | None], y: int, x: int) -> str:
    """The shortest sequence from one place (row, column; None where unknown) to another."""
    here, column = at
    ways = [f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H" if y else "\x1b[H"]
    if here == y:
        if column == x:
            return ""
        ways.append("\r" if x == 0 else f"\x1b[{x + 1}G")
        if column is not None:
            ways.append(_along(x - column))
        if x and (column is None or column > x):
            ways.append("\r" + _along(x))
    elif here is not None:
        down = "\n" * (y - here) if y > here else f"\x1b[{here - y if here - y > 1 else ''}A"
        if column == x:
            ways += [down, f"\x1b[{y + 1}d"]
        elif x == 0:
            ways.append("\r" + down)
    return min(ways, key=len)


def _along(cells: int) -> str:
    """So many cells to the right, or to the left for a negative number."""
    if cells < 0:
        return "\b" * -cells if cells >= -4 else f"\x1b[{-cells}D"
    return f"\x1b[{cells if cells > 1 else ''}C"


@dataclass(slots=True)
class Painter:
    """What is known of the terminal's cursor and pen, and what was written for it.

    Args:
        keeps_ground: Whether the terminal erases in the colour of the ground.
        repeats: Whether it repeats a character when told to.
    """

    keeps_ground: bool = False
    repeats: bool = False
    y: int | None = None
    x: int | None = None
    look: Look | None = None
    written: str = ""

    def copy(self) -> Painter:
        """Another painter in the same state that has written nothing, to try a way out."""
        return Painter(self.keeps_ground, self.repeats, self.y, self.x, self.look)

    def clear(self) -> None:
        """Empty the screen."""
        self.written += CLEAR
        self.y = self.x = 0
        self.look = PLAIN

    def go(self, y: int, x: int) -> None:
        """Move the cursor."""
        self.written += move((self.y, self.x), y, x)
        self.y, self.x = y, x

    def wear(self, look: Look) -> None:
        """Take another pen."""
        self.written += change(self.look, look)
        self.look = look

    def scroll(self, top: int, bottom: int, rows: int) -> None:
        """Move the rows of a region down, or up for a negative number; what comes in is blank.

        Lines are taken out at its one end and put in at the other. A scroll region takes more bytes, and
        loses the cursor. What came in is erased once more: pyte, on which others build, moves nothing over a
        row that was put in and not written on since.
        """
        if self.look is None or on_blanks(self.look) != PLAIN:
            self.wear(PLAIN)
        lines = abs(rows) if abs(rows) > 1 else ""
        self.go(bottom + 1 - rows if rows > 0 else top, 0)
        self.written += f"\x1b[{lines}M"
        self.go(top if rows > 0 else bottom + 1 + rows, 0)
        self.written += f"\x1b[{lines}L" + "\n".join([ERASE_TO_END] * abs(rows))
        self.y = (self.y or 0) + abs(rows) - 1

    def empty(self, top: int) -> None:
        """Erase everything from a row on."""
        self._erase(top, 0, PLAIN, ERASE_BELOW)

    def row(self, y: int, shown: Row, wanted: Row) -> None:
        """Write what differs in a row, in the shorter of two ways: over what is there, or after erasing."""
        changed = _reached(wanted, [x for x, differs in enumerate(map(ne, shown, wanted)) if differs])
        if not changed:
            return
        ways = [self._over(y, shown, wanted, changed)]
        tail = self._tail(wanted)
        if changed[-1] >= tail:
            ways.append(self._over(y, shown, wanted, [x for x in changed if x < tail]))
            ways[-1]._erase(y, next(x for x in changed if x >= tail), wanted[-1][1])
            if tail > changed[0]:
                ways.append(self._anew(y, shown, wanted, changed[0], tail))
        best = min(ways, key=lambda way: len(way.written.encode()))
        self.written += best.written
        self.y, self.x, self.look = best.y, best.x, best.look

    def _over(self, y: int, shown: Row, wanted: Row, changed: list[int]) -> Painter:
        """Write the changed cells, and what lies between them where that is shorter than a move."""
        way = self.copy()
        at = 0
        while at < len(changed):
            start = last = changed[at]
            at += 1
            while at < len(changed) and (
                changed[at] == last + 1 or way._bridges(wanted, last + 1, changed[at])
            ):
                last = changed[at]
                at += 1
            start, end = _whole(shown, wanted, start, last + 1)
            way._run(y, wanted, start, end)
            while at < len(changed) and changed[at] < end:
                at += 1
        return way

    def _anew(self, y: int, shown: Row, wanted: Row, start: int, tail: int) -> Painter:
        """Erase from the first change on, then write only what is not blank."""
        way = self.copy()
        start, _ = _whole(shown, wanted, start, start + 1)
        way._erase(y, start, wanted[-1][1])
        ground = (" ", on_blanks(wanted[-1][1]))
        erased = [ground] * len(wanted)
        changed = [x for x in range(start, tail) if wanted[x] != ground]
        over = way._over(y, erased, wanted, changed)
        over.written = way.written + over.written
        return over

    def _erase(self, y: int, x: int, look: Look, how: str = ERASE_TO_END) -> None:
        self.go(y, x)
        ground = on_blanks(look)
        if self.look is None or on_blanks(self.look) != ground:
            self.wear(ground)
        self.written += how

    def _tail(self, wanted: Row) -> int:
        """Where the blanks begin that reach to the end of the row and can be had by erasing."""
        last = wanted[-1]
        if last[0] != " " or not erasable(last[1], keeps_ground=self.keeps_ground):
            return len(wanted)
        tail = len(wanted) - 1
        while tail and wanted[tail - 1] == last:
            tail -= 1
        return tail

    def _bridges(self, wanted: Row, start: int, end: int) -> bool:
        """Whether writing the unchanged cells of a gap is at most as long as moving over it."""
        before, after = wanted[start - 1][1], wanted[end][1]
        moving = 3 + (end - start > 1) + (end - start > 9) + len(change(before, after))
        if end - start > moving:
            return False
        gap = wanted[start:end]
        if not all(certain(character) for character, _ in gap) or not certain(wanted[start - 1][0]):
            return False
        look, writing = before, 0
        for character, its in gap:
            if character != " " or on_blanks(look) != its:
                writing += len(change(look, its))
                look = its
            writing += len(character.encode())
        return writing + len(change(look, after)) <= moving

    def _run(self, y: int, wanted: Row, start: int, end: int) -> None:
        """Write cells that stand side by side."""
        self.go(y, start)
        x = start
        while x < end:
            character, look = wanted[x]
            if not character:
                x += 1
                continue
            if self.x != x:
                self.go(y, x)
            if character == " ":
                if self.look is None or on_blanks(self.look) != look:
                    self.wear(_next_look(wanted, x, end, look))
            elif self.look != look:
                self.wear(look)
            if len(character) > 1 and x + 1 < end and not wanted[x + 1][0]:
                # A terminal that takes it for a narrow one would leave what stands in the cell beside it.
                self.written += "  "
                self.x = x + 2 if x + 2 < len(wanted) else None
                self.go(y, x)
            self.written += character
            again = self.repeats and x + 1 < end and wanted[x + 1] == wanted[x]
            x += 1 + (self._repeated(wanted, x, end) if again else 0)
            # The far edge holds the cursor on some terminals and not on others.
            self.x = x if x < len(wanted) and certain(character) else None

    def _repeated(self, wanted: Row, x: int, end: int) -> int:
        """Have a character that was just written repeated, where that is shorter; how often it was."""
        character, _ = wanted[x]
        more = next((at for at in range(x + 1, end) if wanted[at] != wanted[x]), end) - x - 1
        command = f"\x1b[{more}b"
        if not certain(character) or more * len(character.encode()) <= len(command):
            return 0
        self.written += command
        return more


def _reached(wanted: Row, changed: list[int]) -> list[int]:
    """Cells to write: those that changed, and those that a terminal may draw a joined character over."""
    joined = [x for x in changed if len(wanted[x][0]) > 1]
    if not joined:
        return changed
    over = {at for x in joined for at in range(x, min(x + reach(wanted[x][0]), len(wanted)))}
    return sorted({*changed, *over})


def _next_look(wanted: Row, x: int, end: int, look: Look) -> Look:
    """The pen for a blank: that of the next letter, where both look the same on it."""
    for character, its in wanted[x + 1 : end]:
        if character != " ":
            return its if on_blanks(its) == look else look
        if its != look:
            return look
    return look


def _whole(shown: Row, wanted: Row, start: int, end: int) -> tuple[int, int]:
    """A run widened until it cuts no wide character in half, neither an old one nor a new one."""
    while start and not (wanted[start][0] and shown[start][0]):
        start -= 1
    while end < len(wanted) and not (wanted[end][0] and shown[end][0]):
        end += 1
    return start, end
