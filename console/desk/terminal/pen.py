"""How letters look, as small numbers, and the shortest way to tell a terminal of another look.

The codes are those of ECMA-48, 8.3.117 (SGR); 22 ends both bold and dim.
"""

from __future__ import annotations

from functools import lru_cache

from rich.color import Color, ColorSystem
from rich.style import Style

Look = int
"""A look's number; 0 is the terminal's own."""
PLAIN: Look = 0
BOLD, DIM, UNDERLINE, BLINK, REVERSE, STRIKE, OVERLINE = 1, 2, 4, 5, 7, 9, 53
_ENDS = {BOLD: 22, DIM: 22, 3: 23, UNDERLINE: 24, 21: 24, BLINK: 25, REVERSE: 27, STRIKE: 29, OVERLINE: 55}
_ON_BLANKS = frozenset((UNDERLINE, 21, REVERSE, STRIKE, OVERLINE))
"""What can be seen where no letter stands."""

_Codes = tuple[frozenset[int], str, str]
_LOOKS: list[_Codes] = [(frozenset(), "", "")]
_NUMBERS: dict[_Codes, Look] = {_LOOKS[0]: PLAIN}


def _numbered(codes: _Codes) -> Look:
    number = _NUMBERS.setdefault(codes, len(_LOOKS))
    if number == len(_LOOKS):
        _LOOKS.append(codes)
    return number


@lru_cache(4096)
def look_of(style: Style | None, colours: ColorSystem | None, *, thin: bool = False) -> Look:
    """The look of a style on a terminal.

    Args:
        style: As a widget painted it.
        colours: What the terminal can show; None for neither colours nor attributes.
        thin: Sixteen colours at most, and letters that step back look like all others: every change of look
            costs five bytes or more.
    """
    if style is None or colours is None:
        return PLAIN
    worn = {
        BOLD: style.bold,
        DIM: style.dim and not thin,
        3: style.italic,
        UNDERLINE: style.underline,
        BLINK: style.blink,
        REVERSE: style.reverse,
        STRIKE: style.strike,
        21: style.underline2,
        OVERLINE: style.overline,
    }
    shown = ColorSystem.STANDARD if thin else colours
    return _numbered(
        (
            frozenset(code for code, on in worn.items() if on),
            _colour(style.color, shown, foreground=True),
            _colour(style.bgcolor, shown, foreground=False),
        )
    )


def _colour(colour: Color | None, shown: ColorSystem, *, foreground: bool) -> str:
    if colour is None or colour.is_default:
        return ""
    return ";".join(colour.downgrade(shown).get_ansi_codes(foreground=foreground))


@lru_cache(None)
def on_blanks(look: Look) -> Look:
    """The look of a blank: what cannot be seen on it is left out."""
    worn, letters, ground = _LOOKS[look]
    seen = worn if worn & _ON_BLANKS else frozenset()
    return _numbered((seen, letters if seen else "", ground))


def erasable(look: Look, *, keeps_ground: bool) -> bool:
    """Whether erasing leaves blanks of this look.

    Args:
        look: That of a blank.
        keeps_ground: Whether the terminal erases in the colour of the ground (terminfo's `bce`).
    """
    worn, _, ground = _LOOKS[look]
    return not worn and (keeps_ground or not ground)


@lru_cache(65536)
def change(old: Look | None, new: Look) -> str:
    """The shortest sequence that takes the pen from one look to another; None for an unknown one."""
    if old == new:
        return ""
    worn, letters, ground = _LOOKS[new]
    anew = _sgr([0, *sorted(worn)], letters, ground)
    if old is None:
        return anew
    before, letters_before, ground_before = _LOOKS[old]
    ends = {_ENDS[code] for code in before - worn}
    begins = {code for code in worn if code not in before or _ENDS[code] in ends}
    step = _sgr(
        [*sorted(ends), *sorted(begins)],
        (letters or "39") if letters != letters_before else "",
        (ground or "49") if ground != ground_before else "",
    )
    return min(step, anew, key=len)


def _sgr(codes: list[int], letters: str, ground: str) -> str:
    parts = [str(code) for code in codes] + [colour for colour in (letters, ground) if colour]
    if parts[0] == "0":
        parts[0] = ""  # an empty parameter is 0
    return f"\x1b[{';'.join(parts)}m"
