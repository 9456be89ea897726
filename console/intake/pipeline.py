"""The whole judgement of one post, with the memory that it needs. No database, no network, no screen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from console.intake import hazards, language, mood, repeats
from console.intake.clean import clean, clean_address, clean_line
from console.intake.incidents import COVERED_BY, OFFICIAL, Board, Cover, Heard, Placed
from console.intake.phrases import Words
from console.intake.places import PlaceIndex
from console.intake.rules import Rules
from console.intake.ruling import IncidentNow, LivingHazard, RememberedMention, Ruling, post_key
from console.intake.urgency import topic_of, weigh
from console.model import FoundPlace, Judgement, Reason
from feeds.post import Hazard, Post
from feeds.source import Trust

__all__ = ["Judge", "post_key"]

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Nothing on a public network was published before; an older date is a mistake of its source."""
AHEAD = timedelta(minutes=10)
"""How far a source's clock may run ahead before its date is called wrong."""
_MANY_PLACES = 40
"""Places told of one text; a list of all streets is about none of them."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A post as read: clean text, its words, and the places in the text as given and as cleaned."""

    text: str
    words: Words
    found: tuple[FoundPlace, ...]
    found_clean: tuple[FoundPlace, ...]


class Judge:
    """Judges posts one after the other; remembers texts and incidents, within bounds.

    `window` is in seconds: an incident that nobody speaks of for that long is over. `voices` is how many
    independent authors open one. `languages` are those that the operators read.
    """

    def __init__(
        self,
        places: PlaceIndex,
        rules: Rules,
        *,
        window: float,
        voices: int,
        languages: Sequence[str] = ("en",),
    ) -> None:
        self._places = places
        self._rules = rules
        self._languages = tuple(languages)
        self._repeats = repeats.Repeats()
        self._board = Board(rules, window=window, voices=voices)

    def judge(self, post: Post, *, now: datetime, trust: Trust = "public") -> Judgement:
        """Judge one post: what `watchfloor triage` says of it."""
        return self.take(post, now=now, trust=trust).judgement

    def take(self, post: Post, *, now: datetime, trust: Trust = "public", again: bool = False) -> Ruling:
        """Judge one post, and say what it changes around it.

        `again` is for an edit, and for a further message of a living hazard: judged anew, but neither another
        voice nor a repeat.
        """
        key = post_key(post.source, post.id)
        official = trust == "official" or post.hazard is not None
        read = self._read(post.text)
        at, dated = plausible_time(post.created_at, now)
        lang, feeling, mood_note = _feeling(post, read, official)
        if post.hazard is not None:
            place, topic, reasons = self._weigh_hazard(post, post.hazard, read, now)
        else:
            place = self._place_of(post, read)
            topic = topic_of(read.words, self._rules, post.topic_hint)
            reasons = weigh(read.words, self._rules)
        own_points = sum([reason.points for reason in reasons])
        author = clean_line(post.author)
        head, voices = None, 1
        if post.hazard is None:
            head, voices = self._repeated(key, post, read, author, at, own_points, again=again)
        above = self._places.within(place) if place else ()
        voice = _voice(author, head or key, repost=head is not None and _is_repost(post))
        hazard_key = post.hazard.key if post.hazard is not None else ""
        heard = Heard(key, place, topic, voice, at, own_points, reasons, hazard_key)
        placed = self._to_board(heard, post, above, now, again=again)
        points = own_points
        if post.hazard is None:
            covered = self._board.covering(place, above, topic)
            if covered:
                points += self._rules.covers
                reasons = (*reasons, Reason(COVERED_BY + covered, self._rules.covers))
        incident = placed.incident
        judgement = Judgement(
            post.id,
            read.text,
            lang,
            read.found,
            place,
            topic,
            feeling,
            mood_note,
            points,
            self._rules.urgency_of(points),
            self._rules.tier(points),
            reasons,
            head.rsplit("\x1f", 1)[1] if head is not None else None,
            incident.key if incident is not None else None,
        )
        return Ruling(
            key,
            judgement,
            at,
            author,
            clean_line(post.author_name) if post.author_name else "",
            clean_address(post.url) if post.url else "",
            official,
            clean_line(post.hazard.status) if post.hazard is not None else "",
            (*map(clean_line, post.notes), dated) if dated else tuple(map(clean_line, post.notes)),
            head,
            voices,
            incident,
            placed.adopted,
        )

    def remember(
        self,
        mentions: Iterable[RememberedMention],
        incidents: Iterable[IncidentNow],
        hazards_in_force: Iterable[tuple[LivingHazard, str]] = (),
    ) -> None:
        """Fill a new judge with what was stored, oldest mention first.

        Give every open incident, and of the closed ones at least the newest of each place and topic: the next
        one continues it, and no key comes twice. `hazards_in_force` pairs each living alert with the place it
        was filed under.
        """
        heard: dict[str, list[Heard]] = {}
        waiting: list[Heard] = []
        for mention in mentions:
            if not mention.official:
                urgent = self._rules.tier(mention.points) == 1
                self._repeats.recall(
                    mention.key,
                    mention.head,
                    Words(mention.text),
                    author=mention.author,
                    at=mention.at,
                    urgent=urgent,
                )
            one = Heard(
                mention.key,
                mention.place,
                mention.topic,
                _voice(
                    mention.author,
                    mention.head or mention.key,
                    repost=mention.head is not None and mention.text.startswith("RT @"),
                ),
                mention.at,
                mention.points,
                (Reason("heard before the restart", mention.points),),
            )
            if mention.incident is not None:
                heard.setdefault(mention.incident, []).append(one)
            else:
                waiting.append(one)
        for incident in incidents:
            self._board.restore(incident, heard.get(incident.key, ()))
        for one in waiting:
            self._board.restore_waiting(one)
        for living, place in hazards_in_force:
            self._cover(living.latest, frozenset(living.messages), place, self._hazard_topic(living.latest))

    def expire(self, now: datetime) -> tuple[IncidentNow, ...]:
        """Close the incidents whose window has passed; gives all that closed since the last call."""
        return self._board.expire(now)

    def hazard_over(
        self,
        living: LivingHazard,
        incident_key: str,
        now: datetime,  # noqa: ARG002  # the moment is the caller's; nothing here depends on it
    ) -> IncidentNow | None:
        """Take the part of an ended alert back from its incident, and give that as it stands then.

        None where the incident is not open any more.
        """
        return self._board.without(living.messages, incident_key, ())

    def _read(self, given: str) -> _Read:
        text = clean(given)
        words = Words(text)
        found = self._places.find_in(words)
        if text == given:
            return _Read(text, words, found[:_MANY_PLACES], found)
        return _Read(text, words, self._places.find(given)[:_MANY_PLACES], found)

    def _place_of(self, post: Post, read: _Read) -> str:
        if read.found:
            return self._places.choose(read.found)
        for hint in post.places_hint:
            found = self._places.find(hint)
            if found:
                return self._places.choose(found)
        return ""

    def _repeated(
        self, key: str, post: Post, read: _Read, author: str, at: datetime, points: int, *, again: bool
    ) -> tuple[str | None, int]:
        seen = self._repeats.known(key) if again else None
        if seen is None:
            original = post.repost_of or post.quote_of
            seen = self._repeats.see(
                key,
                read.words,
                author=author,
                at=at,
                places=[place.name for place in read.found],
                urgent=self._rules.tier(points) == 1,
                original=post_key(post.source, original) if original else "",
            )
        return seen.head, seen.voices

    def _to_board(
        self, heard: Heard, post: Post, above: tuple[str, ...], now: datetime, *, again: bool
    ) -> Placed:
        """Bring the mention to the board. A test, and an alert that does not drive, stays loose."""
        if post.hazard is not None and not hazards.drives(post.hazard, now):
            if not hazards.is_test(post.hazard):
                self._board.uncover(hazards.message_keys(post.hazard))
            return Placed()
        if again:
            return self._board.again(heard, above, now=now)
        return self._board.add(heard, above, now=now)

    def _weigh_hazard(
        self, post: Post, hazard: Hazard, read: _Read, now: datetime
    ) -> tuple[str, str, tuple[Reason, ...]]:
        """File an official message, and let it cover its places while it drives."""
        areas = [area.name for info in hazard.infos for area in info.areas] or list(post.places_hint)
        found = self._places.find(clean("\n".join(areas))) or read.found
        place = found[0].name if found else ""
        topic = (
            self._hazard_topic(hazard) if hazard.infos else topic_of(read.words, self._rules, post.topic_hint)
        )
        if hazards.drives(hazard, now):
            covered = frozenset(one.name for one in found)
            self._cover(hazard, frozenset(hazards.message_keys(hazard)), covered, topic)
        return place, topic, self._hazard_reasons(hazard, now)

    def _hazard_topic(self, hazard: Hazard) -> str:
        spoken = [info for info in hazard.infos if language.is_english(info.language)] or list(hazard.infos)
        events = topic_of(Words(clean(" . ".join(info.event for info in spoken))), self._rules)
        if events in self._rules.topics:
            return events
        return topic_of(Words(clean(" . ".join(info.headline for info in spoken))), self._rules)

    def _hazard_reasons(self, hazard: Hazard, now: datetime) -> tuple[Reason, ...]:
        info = hazards.pick_info(hazard, self._languages)
        event = clean_line(info.event) if info is not None else ""
        severity = hazards.severity(hazard)
        if hazards.is_test(hazard):
            return (Reason(f"{clean_line(hazard.status).upper()}: this is not real", 0),)
        if hazard.msg_type in ("Cancel", "Error"):
            return (Reason("taken back by its sender", 0),)
        end, _ = hazards.ends_at(hazard)
        if now >= end:
            return (Reason(f"over since {end:%Y-%m-%d %H:%M} UTC", 0),)
        if info is not None and all("AllClear" in one.responses for one in hazard.infos):
            return (Reason("all clear", 0),)
        return (Reason(f"{OFFICIAL}{event or 'no event named'}, {severity}", self._rules.official[severity]),)

    def _cover(
        self, hazard: Hazard, messages: frozenset[str], places: frozenset[str] | str, topic: str
    ) -> None:
        named = frozenset([places]) if isinstance(places, str) else places
        self._board.cover(Cover(messages, named - {""}, topic, hazards.ends_at(hazard)[0]))


def _feeling(post: Post, read: _Read, official: bool) -> tuple[str, float | None, str]:
    """The language and mood of a post. What its source says of the language holds, unless that is English.

    English is what sources say of everything; the words themselves may say otherwise.
    """
    lang = post.lang
    guessed = language.guess_words(read.words)
    if not lang or (guessed and language.is_english(lang)):
        lang = guessed
    if official:
        return lang, None, "official"
    return lang, *mood.score(read.text, lang, read.found_clean)


def plausible_time(given: datetime | None, now: datetime) -> tuple[datetime, str]:
    """Give when a post was said, and a note where its source's date cannot be true."""
    if given is None:
        return now, ""
    if given > now + AHEAD or given < EARLIEST:
        return now, f"dated {given:%Y-%m-%d} by its source; shown as it arrived"
    return min(given, now), ""


def _is_repost(post: Post) -> bool:
    return bool(post.repost_of or post.quote_of) or post.text.startswith("RT @")


def _voice(author: str, first: str, *, repost: bool) -> str:
    """Name the independent voice behind a mention: its author, or, unsigned, its text; none for a repost."""
    if repost:
        return ""
    return author.casefold() or first
