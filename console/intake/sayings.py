"""What a post says of itself: its language and mood, when it was said, by whom, and what was mended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from console.intake import language, mood
from console.intake.clean import clean_line
from console.intake.masks import disguised
from console.intake.naming import Read
from console.intake.phrases import Words
from feeds.post import Post

MANY_MASKED = 3
"""Words written with look-alike letters that a note names."""
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Nothing on a public network was published before; an older date is a mistake of its source."""
AHEAD = timedelta(minutes=10)
"""How far a source's clock may run ahead before its date is called wrong."""


def feeling(post: Post, seen: Read, official: bool) -> tuple[str, float | None, str]:
    """The language and mood of a post. What its source says of the language holds, unless that is English.

    English is what sources say of everything; the words themselves may say otherwise.
    """
    lang = post.lang
    guessed = language.guess_words(seen.words)
    if not lang or (guessed and language.is_english(lang)):
        lang = guessed
    if official:
        return lang, None, "official"
    return lang, *mood.score(seen.text, lang, seen.found_clean, guessed=True)


def plausible_time(given: datetime | None, now: datetime) -> tuple[datetime, str]:
    """Give when a post was said, and a note where its source's date cannot be true."""
    if given is None:
        return now, ""
    if EARLIEST <= given <= now:
        return given, ""
    if given > now + AHEAD or given < EARLIEST:
        return now, f"dated {given:%Y-%m-%d} by its source; shown as it arrived"
    return now, ""


def notes_of(post: Post, dated: str, words: Words) -> tuple[str, ...]:
    """What parser and intake say of what was mended, and of words that are not what they look like."""
    notes = tuple(map(clean_line, post.notes)) if post.notes else ()
    if dated:
        notes = (*notes, dated)
    if words.masked and (masked := disguised(_as_written(words))):
        shown = clean_line(", ".join(list(dict.fromkeys(masked))[:MANY_MASKED]))
        notes = (*notes, f"letters of another alphabet in {shown}")
    return notes


def _as_written(words: Words) -> Iterator[str]:
    """The words of a post, those of a hashtag together: its letters are read together too."""
    at = 0
    for first, end in words.hashtags:
        yield from words.pieces[at:first]
        yield words.quote(first, end)
        at = end
    yield from words.pieces[at:]


def is_repost(post: Post) -> bool:
    """Tell whether a post only passes another on."""
    return bool(post.repost_of or post.quote_of) or post.text.startswith("RT @")


def voice_of(author: str, first: str, *, repost: bool) -> str:
    """Name the independent voice behind a mention: its author, or, unsigned, its text; none for a repost."""
    if repost:
        return ""
    return author.casefold() or first
