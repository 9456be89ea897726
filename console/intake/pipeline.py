"""The whole judgement of one post, with the memory that it needs. No database, no network, no screen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

from msgspec import Struct

from console.intake import hazards, language, repeats
from console.intake.alerts import areas_of, cover_of, reasons_of, topic_of_alert
from console.intake.assess import assess
from console.intake.clean import clean, clean_address, clean_line
from console.intake.heard import Heard, Placed
from console.intake.incidents import Board
from console.intake.naming import Read, place_of, read, read_all
from console.intake.phrases import Words
from console.intake.places import PlaceIndex
from console.intake.recogniser import Recogniser
from console.intake.rules import Rules
from console.intake.ruling import IncidentNow, RememberedHazard, RememberedMention, Ruling, post_key
from console.intake.sayings import feeling, is_repost, notes_of, plausible_time, voice_of
from console.intake.surges import Surges
from console.intake.topics import Topics, topic_of
from console.intake.urgency import weigh
from console.intake.weights import load_weights
from console.judgement import NO_TOPIC, Judgement, Reason, total
from feeds.post import Hazard, Post

if TYPE_CHECKING:
    from feeds.source import Trust

__all__ = ["Judge", "post_key"]


class _Weighed(Struct, frozen=True, gc=False):
    """What a post is about, and how urgent by its own words."""

    place: str
    topic: str
    reasons: tuple[Reason, ...]
    points: float
    humanitarian: str
    others: tuple[IncidentNow, ...]
    """Incidents that an official message touches."""


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
        self._weights = load_weights()
        self._recogniser = Recogniser()
        self._languages = tuple(languages)
        self._repeats = repeats.Repeats()
        self._board = Board(rules, window=window, voices=voices)
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
        weighed = [self._weigh(post, seen, now) for post, seen in zip(posts, reads, strict=True)]
        said = [plausible_time(post.created_at, now) for post in posts]
        authors = [clean_line(post.author) for post in posts]
        try:
            folded = [
                self._repeated(post, seen, author, at, weight.points, again=again)
                for post, seen, author, (at, _), weight in zip(
                    posts, reads, authors, said, weighed, strict=True
                )
            ]
            return [
                self._rule(*one, now=now, again=again)
                for one in zip(posts, reads, official, feelings, weighed, said, authors, folded, strict=True)
            ]
        except Exception as error:
            raise HalfRememberedError(error) from error

    def _weigh(self, post: Post, seen: Read, now: datetime) -> _Weighed:
        """Say what a post is about, and how urgent it is by its own words."""
        if post.hazard is not None:
            return self._weigh_hazard(post, post.hazard, seen, now)
        return self._weigh_words(post, seen, self.topics.hear(seen.words, post.topic_hint, seen.named))

    def _weigh_words(self, post: Post, seen: Read, topic: str) -> _Weighed:
        """Weigh what is no official message; `topic` is what it is about by the tables and what was taught.

        What was taught never leaves a call without the incident that its words would open, nor without the
        warning that makes it one to act on now: it is then about what the tables say.
        """
        place = place_of(seen, post.places_hint, self._places)
        reasons, humanitarian = assess(seen.words, self._rules, self._weights, seen.named)
        points = total(reasons)
        if self._rules.tier(points) == 1:
            if topic == NO_TOPIC:
                topic = topic_of(seen.words, self._rules, post.topic_hint, seen.named)
        elif place and reasons and self._board.may_lift(points, place, reasons):
            above = self._places.within(place)
            if not self._board.covering(place, above, topic):
                by_tables = topic_of(seen.words, self._rules, post.topic_hint, seen.named)
                if self._board.covering(place, above, by_tables):
                    topic = by_tables
        return _Weighed(place, topic, reasons, points, humanitarian, ())

    def _rule(
        self,
        post: Post,
        seen: Read,
        official: bool,
        felt: tuple[str, float | None, str],
        weighed: _Weighed,
        said: tuple[datetime, str],
        author: str,
        folded: tuple[str | None, int],
        *,
        now: datetime,
        again: bool,
    ) -> Ruling:
        """Bring a post to the board, and say all that was found out."""
        key = post_key(post.source, post.id)
        place, topic, points, reasons = weighed.place, weighed.topic, weighed.points, weighed.reasons
        (at, dated), (head, voices) = said, folded
        lang, mood, mood_note = felt
        above = self._places.within(place) if place else ()
        voice = voice_of(author, head or key, repost=head is not None and is_repost(post))
        hazard_key = post.hazard.key if post.hazard is not None else ""
        heard = Heard(key, place, topic, voice, at, points, reasons, hazard_key)
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
                    words=seen.words.keys,
                )
            covering = self._board.covering(place, above, topic)
            points, reasons = self._board.covered(points, covering, reasons)
        incident = placed.incident
        judgement = Judgement(
            post.id,
            seen.text,
            lang,
            seen.found,
            place,
            topic,
            mood,
            mood_note,
            points,
            self._rules.urgency_of(points),
            self._rules.tier(points),
            reasons,
            head.rsplit("\x1f", 1)[1] if head is not None else None,
            incident.key if incident is not None else None,
            weighed.humanitarian,
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
            notes_of(post, dated),
            head,
            voices,
            incident,
            placed.adopted,
            tuple([one for one in weighed.others if incident is None or one.key != incident.key]),
        )

    def weigh_alone(self, post: Post, *, now: datetime) -> Ruling:
        """Judge one post by its own words and remember nothing of it: what is private leaves no trace."""
        seen = read(post.text, self._places, self._recogniser, remember=False)
        at, dated = plausible_time(post.created_at, now)
        topic = self.topics.of(seen.words, post.topic_hint, seen.named)
        weighed = self._weigh_words(post, seen, topic)
        place, topic = weighed.place, weighed.topic
        covering = self._board.covering(place, self._places.within(place) if place else (), topic)
        points, reasons = self._board.covered(weighed.points, covering, weighed.reasons)
        judgement = Judgement(
            post.id,
            seen.text,
            post.lang or language.guess_words(seen.words),
            seen.found,
            place,
            topic,
            None,
            "private",
            points,
            self._rules.urgency_of(points),
            self._rules.tier(points),
            reasons,
            None,
            None,
            weighed.humanitarian,
        )
        return Ruling(
            post_key(post.source, post.id),
            judgement,
            at,
            clean_line(post.author),
            clean_line(post.author_name) if post.author_name else "",
            clean_address(post.url) if post.url else "",
            False,
            "",
            notes_of(post, dated),
            None,
            1,
            None,
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
                waiting.append(self._heard_again(mention, words))
            elif mention.incident in still_open:
                heard.setdefault(mention.incident, []).append(self._heard_again(mention, words))
        for incident in known:
            above = self._places.within(incident.place) if incident.place else ()
            self._board.restore(incident, heard.get(incident.key, ()), above)
        for one in waiting:
            self._board.restore_waiting(one)
        for alert in hazards_in_force:
            self._recall_hazard(alert)

    def wait(self, mention: RememberedMention) -> None:
        """Let a stored mention wait for an incident on the topic that it has by now, and for no other.

        One that has an incident waits for none.
        """
        self._board.wait_no_more(mention.key)
        if mention.incident is None:
            self._board.restore_waiting(self._heard_again(mention, Words(mention.text)))

    def expire(self, now: datetime) -> tuple[IncidentNow, ...]:
        """Close the incidents whose window has passed, and let go of alerts that have ended.

        Gives all that closed since the last call, and those that stand otherwise without such an alert.
        """
        return self._board.expire(now)

    def _heard_again(self, mention: RememberedMention, words: Words) -> Heard:
        """A stored mention as the board hears it, without what a warning added to it.

        Alerts come back by themselves, while they are in force.
        """
        reasons: tuple[Reason, ...] = ()
        if not mention.alert:
            reasons, _ = assess(words, self._rules, self._weights, self._places.matches(words))
        repost = mention.head is not None and mention.text.startswith("RT @")
        voice = voice_of(mention.author, mention.head or mention.key, repost=repost)
        return Heard(mention.key, mention.place, mention.topic, voice, mention.at, total(reasons), reasons)

    def _recall_hazard(self, alert: RememberedHazard) -> None:
        hazard = alert.hazard.latest
        if hazards.is_test(hazard) or hazards.severity(hazard) not in hazards.DRIVING:
            return
        found = self._places.find(areas_of(hazard))
        covered = frozenset(one.name for one in found) or frozenset([alert.place])
        if alert.incident is not None:
            reasons = reasons_of(hazard, self._rules, self._languages, hazard.sent)
            weighed = total(reasons), reasons
            self._board.restore_alert(alert.incident, hazard.key, weighed)
        self._board.cover(
            cover_of(hazard, alert.hazard.messages, covered, topic_of_alert(hazard, self._rules))
        )

    def _repeated(
        self, post: Post, seen: Read, author: str, at: datetime, points: float, *, again: bool
    ) -> tuple[str | None, int]:
        """What a post repeats, and how many say it; an official message is nobody's copy."""
        if post.hazard is not None:
            return None, 1
        key = post_key(post.source, post.id)
        counted = self._repeats.known(key) if again else None
        if counted is None:
            original = post.repost_of or post.quote_of
            counted = self._repeats.see(
                key,
                seen.words,
                author=author,
                at=at,
                places=[place.name for place in seen.found if place.listed],
                named=[place.text for place in seen.found],
                urgent=self._rules.tier(points) == 1,
                original=post_key(post.source, original) if original else "",
                where=" ".join(post.places_hint),
                alarms=self._alarms,
            )
        return counted.head, counted.voices

    def _alarms(self, text: str) -> bool:
        """Tell whether words by themselves give a reason of danger or need."""
        return any(reason.points > 0 for reason in weigh(Words(text), self._rules))

    def _to_board(
        self, heard: Heard, post: Post, above: tuple[str, ...], now: datetime, *, again: bool
    ) -> Placed:
        """Bring the mention to the board. A test, and an alert that does not drive, stays loose."""
        if post.hazard is not None and not hazards.drives(post.hazard, now):
            return Placed()
        if again:
            return self._board.again(heard, above, now=now)
        return self._board.add(heard, above, now=now)

    def _weigh_hazard(self, post: Post, hazard: Hazard, seen: Read, now: datetime) -> _Weighed:
        """File an official message, and let it cover its places while it drives."""
        areas = areas_of(hazard) or clean("\n".join(post.places_hint))
        found = self._places.find(areas) or seen.listed
        place = found[0].name if found else ""
        topic = (
            topic_of_alert(hazard, self._rules)
            if hazard.infos
            else topic_of(seen.words, self._rules, post.topic_hint)
        )
        if hazards.drives(hazard, now):
            covered = frozenset(one.name for one in found)
            others = self._board.cover(cover_of(hazard, hazards.message_keys(hazard), covered, topic))
        elif not hazards.is_test(hazard):
            others = self._board.uncover(hazards.message_keys(hazard))
        else:
            others = ()
        reasons = reasons_of(hazard, self._rules, self._languages, now)
        return _Weighed(place, topic, reasons, total(reasons), "", others)
