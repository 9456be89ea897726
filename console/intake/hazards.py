"""Hazards: the many messages about one danger, folded into one living hazard. Pure.

CAP 1.2 messages find each other through `references`; other kinds number their events (`thread`). A message
may come late, or without the one that it updates: what holds is always the one sent last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from console.intake.ruling import LivingHazard
from console.judgement import HazardState
from feeds.post import Hazard, Info

ASSUMED_LIFE = 24 * 3600.0
"""Seconds from its sending that an alert without an expiry holds; CAP leaves that to the receiver."""
MAX_MESSAGES = 200
"""Message keys that a living hazard remembers."""
DRIVING = ("Extreme", "Severe", "Moderate")
"""Severities that open an incident and raise others."""
_SEVERITIES = ("Extreme", "Severe", "Moderate", "Minor", "Unknown")


@dataclass(frozen=True, slots=True)
class Folded:
    """A living hazard after a message, and whether the message changed it."""

    hazard: LivingHazard
    changed: bool


def message_keys(hazard: Hazard) -> tuple[str, ...]:
    """Every name under which a message's living hazard may be known, for looking it up.

    Tests and exercises have names of their own: one that refers to an actual alert never touches it.
    """
    keys = [*hazard.references, hazard.key]
    if hazard.thread:
        keys.insert(0, f"thread {hazard.sender.strip()},{hazard.thread.strip()}")
    return tuple(dict.fromkeys(_apart(key, hazard) for key in keys))


def fold(living: LivingHazard | None, hazard: Hazard, now: datetime) -> Folded:
    """Fold one message into what is known of its danger; None where nothing is."""
    keys = message_keys(hazard)
    if living is None or living.latest.status != hazard.status:
        return Folded(settle(_living(keys[-MAX_MESSAGES:], hazard, 0), now), True)
    messages = tuple(dict.fromkeys((*living.messages, *keys)))[-MAX_MESSAGES:]
    same = hazard.key == living.latest.key
    old = hazard == living.latest if same else _superseded(living, hazard)
    if old or hazard.msg_type == "Ack":
        kept = settle(replace(living, messages=messages), now)
        return Folded(kept, kept.state != living.state)
    if not hazard.infos:
        # A bare Cancel still has to say what is cancelled.
        hazard = replace(hazard, infos=living.latest.infos)
        if same and hazard == living.latest:
            return Folded(settle(replace(living, messages=messages), now), False)
    return Folded(settle(_living(messages, hazard, living.updates + 1), now), True)


def settle(living: LivingHazard, now: datetime) -> LivingHazard:
    """The same hazard as it stands now: one whose end has passed is expired."""
    if living.state == "live" and now >= living.ends_at:
        return replace(living, state="expired")
    return living


def is_test(hazard: Hazard) -> bool:
    """Tell whether a message is anything but real; such a one is shown loudly and never drives."""
    return hazard.status != "Actual"


def drives(hazard: Hazard, now: datetime) -> bool:
    """Tell whether a message opens incidents and raises mentions: real, in force, and Moderate or worse."""
    return (
        not is_test(hazard)
        and hazard.msg_type in ("Alert", "Update")
        and severity(hazard) in DRIVING
        and _state(hazard) == "live"
        and now < ends_at(hazard)[0]
    )


def severity(hazard: Hazard) -> str:
    """The worst severity that a message gives."""
    given = {info.severity for info in hazard.infos}
    return next((word for word in _SEVERITIES if word in given), "Unknown")


def ends_at(hazard: Hazard) -> tuple[datetime, bool]:
    """When the danger is over unless something newer comes, and whether that had to be assumed.

    The event's own end counts before the message's expiry: the NWS lets a message expire while its warning
    goes on.
    """
    if hazard.ends is not None:
        return hazard.ends, False
    expiries = [info.expires for info in hazard.infos if info.expires is not None]
    if expiries:
        return max(expiries), False
    return hazard.sent + timedelta(seconds=ASSUMED_LIFE), True


def pick_info(hazard: Hazard, languages: Sequence[str]) -> Info | None:
    """The part of a message in the first of the operators' languages that it speaks, else its first part."""
    for wanted in languages:
        exact = [info for info in hazard.infos if info.language.casefold() == wanted.casefold()]
        primary = [info for info in hazard.infos if _primary(info.language) == _primary(wanted)]
        if exact or primary:
            return (exact or primary)[0]
    return hazard.infos[0] if hazard.infos else None


def _apart(key: str, hazard: Hazard) -> str:
    return key if hazard.status == "Actual" else f"{hazard.status} {key}"


def _superseded(living: LivingHazard, hazard: Hazard) -> bool:
    """Tell whether another message holds in the place of this one; of one second, the one that came later."""
    if hazard.sent == living.latest.sent:
        return _apart(hazard.key, hazard) in living.messages
    return hazard.sent < living.latest.sent


def _living(messages: tuple[str, ...], hazard: Hazard, updates: int) -> LivingHazard:
    end, assumed = ends_at(hazard)
    return LivingHazard(messages, hazard, _state(hazard), updates, end, assumed)


def _state(hazard: Hazard) -> HazardState:
    """What a message itself says: `Cancel` and `Error` take it back, an all-clear ends it."""
    if hazard.msg_type in ("Cancel", "Error"):
        return "cancelled"
    if hazard.infos and all("AllClear" in info.responses for info in hazard.infos):
        return "expired"
    return "live"


def _primary(language: str) -> str:
    return language.replace("_", "-").split("-")[0].casefold()
