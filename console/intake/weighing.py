"""What a post is about, and how urgent it is: by its own words, and by the official messages in force."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from console.intake import hazards
from console.intake.alerts import areas_of, cover_of, reasons_of, topic_of_alert
from console.intake.assess import assess
from console.intake.clean import clean
from console.intake.heard import Heard, Weighed
from console.intake.incidents import Board
from console.intake.naming import Read, place_of
from console.intake.phrases import Words
from console.intake.places import PlaceIndex
from console.intake.rules import Rules
from console.intake.ruling import IncidentNow, RememberedHazard, RememberedMention
from console.intake.sayings import voice_of
from console.intake.topics import topic_of
from console.intake.urgency import weigh
from console.intake.weights import load_weights
from console.judgement import NO_TOPIC, Reason, total
from feeds.post import Hazard, Post


class Matter(Struct, frozen=True, gc=False):
    """What a post is about, and how urgent by its own words."""

    place: str
    topic: str
    reasons: tuple[Reason, ...]
    points: float
    humanitarian: str
    others: tuple[IncidentNow, ...] = ()
    """Incidents that an official message touches."""


class Scales:
    """Weighs posts by the rules and the learned weights, and by what is open on the board."""

    def __init__(self, places: PlaceIndex, rules: Rules, board: Board, languages: Sequence[str]) -> None:
        self._places = places
        self._rules = rules
        self._board = board
        self._weights = load_weights()
        self._languages = tuple(languages)

    def weigh(self, post: Post, seen: Read, topic: str) -> Matter:
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
        return Matter(place, topic, reasons, points, humanitarian)

    def weigh_alert(self, post: Post, hazard: Hazard, seen: Read, now: datetime) -> Matter:
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
        return Matter(place, topic, reasons, total(reasons), "", others)

    def alarms(self, text: str) -> bool:
        """Tell whether words by themselves give a reason of danger or need."""
        return any(reason.points > 0 for reason in weigh(Words(text), self._rules))

    def heard_again(self, mention: RememberedMention, words: Words) -> Heard:
        """A stored mention as the board hears it, without what a warning added to it.

        Alerts come back by themselves, while they are in force.
        """
        reasons: tuple[Reason, ...] = ()
        if not mention.alert:
            reasons, _ = assess(words, self._rules, self._weights, self._places.matches(words))
        repost = mention.head is not None and mention.text.startswith("RT @")
        voice = voice_of(mention.author, mention.head or mention.key, repost=repost)
        return Heard(mention.key, mention.place, mention.topic, voice, mention.at, total(reasons), reasons)

    def recall_alert(self, alert: RememberedHazard) -> None:
        """Let an alert that was stored in force cover its places again."""
        hazard = alert.hazard.latest
        if hazards.is_test(hazard) or hazards.severity(hazard) not in hazards.DRIVING:
            return
        found = self._places.find(areas_of(hazard))
        covered = frozenset(one.name for one in found) or frozenset([alert.place])
        if alert.incident is not None:
            reasons = reasons_of(hazard, self._rules, self._languages, hazard.sent)
            weighed: Weighed = total(reasons), reasons
            self._board.restore_alert(alert.incident, hazard.key, weighed)
        self._board.cover(
            cover_of(hazard, alert.hazard.messages, covered, topic_of_alert(hazard, self._rules))
        )
