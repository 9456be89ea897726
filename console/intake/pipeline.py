"""The whole judgement of one post, with the memory that it needs. No database, no network, no screen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

from msgspec import Struct

from console.intake import hazards, language, repeats
from console.intake.clean import clean_address, clean_line
from console.intake.heard import Heard, Placed, Weighed
from console.intake.incidents import Board
from console.intake.naming import Read, read, read_all
from console.intake.phrases import Words
from console.intake.places import PlaceIndex
from console.intake.recogniser import Recogniser
from console.intake.rules import Rules
from console.intake.ruling import IncidentNow, RememberedHazard, RememberedMention, Ruling, post_key
from console.intake.sayings import feeling, is_repost, notes_of, plausible_time, voice_of
from console.intake.surges import Surges
from console.intake.topics import Topics
from console.intake.weighing import Matter, Scales
from console.judgement import Judgement
from feeds.post import Post

if TYPE_CHECKING:
    from feeds.source import Trust

__all__ = ["Judge", "post_key"]

_NOWHERE = Placed()
"""Of a mention that is not on the board."""


Folded = tuple[str | None, int]
"""Key of the mention that one is folded under, None for none, and the voices of the group."""


class _Found(Struct, frozen=True, gc=False):
    """A post and what it says by itself, before it is set beside others."""

    post: Post
    seen: Read
    official: bool
    feeling: tuple[str, float | None, str]
    """Language, mood, and why there is none."""
    matter: Matter
    said: tuple[datetime, str]
    """When, and what was wrong with that date; empty when nothing was."""
    author: str


class HalfRememberedError(Exception):
    """A post cannot be judged, and the judge remembers a part of it, or of those that came with it.

    It must not be gone by any more.
    """

    def __init__(self, cause: Exception) -> None:
        super().__init__(str(cause))
        self.cause = cause


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
        self._recogniser = Recogniser()
        self._repeats = repeats.Repeats()
        self._board = Board(rules, window=window, voices=voices)
        self._scales = Scales(places, rules, self._board, languages)
        self.topics = Topics(rules, places)
        """What posts are about, by the tables and by what people taught."""
        self.surges = Surges()
        """What was heard of each place and topic, and what is far more than usual."""

    def judge(self, post: Post, *, now: datetime, trust: Trust = "public") -> Judgement:
        """Judge one post: what `watchfloor triage` says of it."""
        return self.take(post, now=now, trust=trust).judgement

    def take(self, post: Post, *, now: datetime, trust: Trust = "public", again: bool = False) -> Ruling:
        """Judge one post, and say what it changes around it.

        `again` is for an edit, and for a further message of a living hazard: judged anew, but neither another
        voice nor a repeat.
        """
        return self._take((post,), now=now, trust=trust, again=again)[0]

    def take_all(self, posts: Sequence[Post], *, now: datetime, trust: Trust = "public") -> list[Ruling]:
        """Judge posts in their order, with the same outcome as one by one, and in two thirds of the time.

        Each step is taken for all of them before the next. Only an official message is judged by itself: it
        changes how the posts after it are weighed.

        Raises:
            HalfRememberedError: One of them cannot be judged, as was found out late. Whatever else is raised
                was found out before anything was remembered but the words and names that were read.
        """
        rulings: list[Ruling] = []
        for hazard, run in groupby(posts, key=lambda post: post.hazard is not None):
            for some in [(post,) for post in run] if hazard else [tuple(run)]:
                rulings += self._take(some, now=now, trust=trust, again=False)
        return rulings

    def _take(self, posts: Sequence[Post], *, now: datetime, trust: Trust, again: bool) -> list[Ruling]:
        reads = read_all([post.text for post in posts], self._places, self._recogniser)
        official = [trust == "official" or post.hazard is not None for post in posts]
        feelings = [feeling(*one) for one in zip(posts, reads, official, strict=True)]
        matters = [self._weigh(post, seen, now) for post, seen in zip(posts, reads, strict=True)]
        said = [plausible_time(post.created_at, now) for post in posts]
        authors = [clean_line(post.author) for post in posts]
        found = list(map(_Found, posts, reads, official, feelings, matters, said, authors))
        try:
            folded = [self._repeated(one, again=again) for one in found]
            return [self._rule(*one, now=now, again=again) for one in zip(found, folded, strict=True)]
        except Exception as error:
            raise HalfRememberedError(error) from error

    def _weigh(self, post: Post, seen: Read, now: datetime) -> Matter:
        """Say what a post is about, and how urgent it is by its own words."""
        if post.hazard is not None:
            return self._scales.weigh_alert(post, post.hazard, seen, now)
        return self._scales.weigh(post, seen, self.topics.hear(seen.words, post.topic_hint, seen.named))

    def _rule(self, found: _Found, folded: Folded, *, now: datetime, again: bool) -> Ruling:
        """Bring a post to the board, and say all that was found out."""
        post, matter, at, head = found.post, found.matter, found.said[0], folded[0]
        key = post_key(post.source, post.id)
        place, topic, weight = matter.place, matter.topic, (matter.points, matter.reasons)
        above = self._places.within(place) if place else ()
        voice = voice_of(found.author, head or key, repost=head is not None and is_repost(post))
        hazard_key = post.hazard.key if post.hazard is not None else ""
        heard = Heard(key, place, topic, voice, at, *weight, hazard_key)
        placed = self._to_board(heard, post, above, now, again=again)
        if post.hazard is None:
            if not again:
                self.surges.hear(
                    place,
                    topic,
                    voice=voice,
                    text=head or key,
                    source=post.source,
                    at=at.timestamp(),
                    words=found.seen.words.keys,
                )
            covering = self._board.covering(place, above, topic)
            weight = self._board.covered(matter.points, covering, matter.reasons)
        return self._told(found, weight, folded, placed)

    def weigh_alone(self, post: Post, *, now: datetime) -> Ruling:
        """Judge one post by its own words and remember nothing of it: what is private leaves no trace."""
        seen = read(post.text, self._places, self._recogniser, remember=False)
        matter = self._scales.weigh(post, seen, self.topics.of(seen.words, post.topic_hint, seen.named))
        above = self._places.within(matter.place) if matter.place else ()
        covering = self._board.covering(matter.place, above, matter.topic)
        weight = self._board.covered(matter.points, covering, matter.reasons)
        felt = post.lang or language.guess_words(seen.words), None, "private"
        said = plausible_time(post.created_at, now)
        return self._told(_Found(post, seen, False, felt, matter, said, clean_line(post.author)), weight)

    def _told(
        self, found: _Found, weight: Weighed, folded: Folded = (None, 1), placed: Placed = _NOWHERE
    ) -> Ruling:
        """Put all that was found out into the words of the desk."""
        post, seen, matter = found.post, found.seen, found.matter
        (points, reasons), (head, voices), (at, dated) = weight, folded, found.said
        incident = placed.incident
        judgement = Judgement(
            post.id,
            seen.text,
            found.feeling[0],
            seen.found,
            matter.place,
            matter.topic,
            *found.feeling[1:],
            points,
            self._rules.urgency_of(points),
            self._rules.tier(points),
            reasons,
            head.rsplit("\x1f", 1)[1] if head is not None else None,
            incident.key if incident is not None else None,
            matter.humanitarian,
        )
        return Ruling(
            post_key(post.source, post.id),
            judgement,
            at,
            found.author,
            clean_line(post.author_name) if post.author_name else "",
            clean_address(post.url) if post.url else "",
            found.official,
            clean_line(post.hazard.status) if post.hazard is not None else "",
            notes_of(post, dated, seen.words),
            head,
            voices,
            incident,
            placed.adopted,
            tuple([one for one in matter.others if incident is None or one.key != incident.key]),
        )

    def remember(
        self,
        mentions: Iterable[RememberedMention],
        incidents: Iterable[IncidentNow],
        hazards_in_force: Iterable[RememberedHazard] = (),
    ) -> None:
        """Fill a new judge with what was stored, oldest mention first.

        Give every open incident, and of the closed ones at least the newest of each place and topic: the next
        one continues it, and no key comes twice. What stands otherwise by these rules is told by `expire`.
        """
        heard: dict[str, list[Heard]] = {}
        waiting: list[Heard] = []
        known = list(incidents)
        still_open = {incident.key for incident in known if incident.state == "open"}
        for mention in mentions:
            words = Words(mention.text)
            self._recogniser.recall(words)
            if not mention.alert:
                urgent = self._rules.tier(mention.points) == 1
                self._repeats.recall(
                    mention.key,
                    mention.head,
                    words,
                    author=mention.author,
                    at=mention.at,
                    urgent=urgent,
                    places=[name for _, _, name in self._places.matches(words)],
                )
            if mention.incident is None:
                waiting.append(self._scales.heard_again(mention, words))
            elif mention.incident in still_open:
                heard.setdefault(mention.incident, []).append(self._scales.heard_again(mention, words))
        for incident in known:
            above = self._places.within(incident.place) if incident.place else ()
            self._board.restore(incident, heard.get(incident.key, ()), above)
        for one in waiting:
            self._board.restore_waiting(one)
        for alert in hazards_in_force:
            self._scales.recall_alert(alert)

    def wait(self, mention: RememberedMention) -> None:
        """Let a stored mention wait for an incident on the topic that it has by now, and for no other.

        One that has an incident waits for none.
        """
        self._board.wait_no_more(mention.key)
        if mention.incident is None:
            self._board.restore_waiting(self._scales.heard_again(mention, Words(mention.text)))

    def expire(self, now: datetime) -> tuple[IncidentNow, ...]:
        """Close the incidents whose window has passed, and let go of alerts that have ended.

        Gives all that closed since the last call, and those that stand otherwise without such an alert.
        """
        return self._board.expire(now)

    def _repeated(self, found: _Found, *, again: bool) -> Folded:
        """What a post repeats, and how many say it; an official message is nobody's copy."""
        post, seen = found.post, found.seen
        if post.hazard is not None:
            return None, 1
        key = post_key(post.source, post.id)
        counted = self._repeats.known(key) if again else None
        if counted is None:
            original = post.repost_of or post.quote_of
            counted = self._repeats.see(
                key,
                seen.words,
                author=found.author,
                at=found.said[0],
                places=[place.name for place in seen.found if place.listed],
                named=[place.text for place in seen.found],
                urgent=self._rules.tier(found.matter.points) == 1,
                original=post_key(post.source, original) if original else "",
                where=" ".join(post.places_hint),
                alarms=self._scales.alarms,
            )
        return counted.head, counted.voices

    def _to_board(
        self, heard: Heard, post: Post, above: tuple[str, ...], now: datetime, *, again: bool
    ) -> Placed:
        """Bring the mention to the board. A test, and an alert that does not drive, stays loose."""
        if post.hazard is not None and not hazards.drives(post.hazard, now):
            return _NOWHERE
        if again:
            return self._board.again(heard, above, now=now)
        return self._board.add(heard, above, now=now)
