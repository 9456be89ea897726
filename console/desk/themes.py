"""Three sets of colours. The first leaves every colour to the terminal, as its owner chose them.

The severities of the dark and the light theme are vermillion, yellow and blue of the Okabe-Ito palette
(jfly.uni-koeln.de/color), which stay apart for red-green and blue-yellow blind eyes; the light ones are
darkened until they reach a contrast of 4.5:1 on white (WCAG 2.1, 1.4.3).
"""

from __future__ import annotations

from textual.theme import Theme

TERMINAL = Theme(
    name="terminal",
    ansi=True,
    dark=True,
    primary="ansi_default",
    secondary="ansi_cyan",
    accent="ansi_cyan",
    warning="ansi_yellow",
    error="ansi_red",
    success="ansi_default",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    variables={
        "ansi-background": "ansi_black",
        "ansi-foreground": "ansi_white",
        "border-blurred": "ansi_default",
        "input-cursor-background": "ansi_default",
        "input-cursor-foreground": "ansi_default",
        "input-cursor-text-style": "reverse",
        "input-selection-background": "ansi_cyan",
        "input-selection-foreground": "ansi_black",
    },
)
DARK = Theme(
    name="dark",
    dark=True,
    primary="#56B4E9",
    secondary="#56B4E9",
    accent="#56B4E9",
    warning="#F0E442",
    error="#FF7A33",
    success="#E0E0E0",
    foreground="#E0E0E0",
    background="#121212",
    surface="#121212",
    panel="#121212",
)
LIGHT = Theme(
    name="light",
    dark=False,
    primary="#00598A",
    secondary="#00598A",
    accent="#00598A",
    warning="#7A5C00",
    error="#B33A00",
    success="#1A1A1A",
    foreground="#1A1A1A",
    background="#FFFFFF",
    surface="#FFFFFF",
    panel="#FFFFFF",
)
THEMES = (TERMINAL, DARK, LIGHT)
