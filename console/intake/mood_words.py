"""What VADER does not know of floods, outages and calls for help: words, emoji and names that feel nothing.

VADER's words were rated on general posts, where `flood` is not in the list and `help` is kind. The values
here are on its scale, from -4 to 4, and were set by its neighbours (`damage` -2.2, `trapped` -2.4,
`warning` -1.4), for words of the crisis posts' vocabulary (IDRISI-RE, CC BY 4.0, words only). No person has
rated the mood of those posts; what is measured is that these words do not lower the agreement with people on
two other sets (`python -m tests.bench.signal mood`).
"""

from __future__ import annotations

_BY_VALUE = {
    -2.4: "ravaged looting looted looters hostage hostages gunman gunmen gunfire gunshots bloodshed corpses",
    -2.2: "casualties deadliest deadly drowning stabbing wounded arson rioting manslaughter",
    -2.0: "unsafe contaminated contamination toxic explosion explosions exploded explodes inferno razed "
    "uninhabitable",
    -1.8: "tsunami flooded stranded sos mayday blackout blackouts unconscious bleeding hypothermia "
    "engulfed ablaze landslide landslides mudslide mudslides famine outbreak vermin shooter "
    "vandalised vandalized vandalism",
    -1.6: "flood floods flooding floodwater floodwaters earthquake earthquakes wildfire wildfires tornado "
    "outage outages displaced pollution sewage sinkhole rubble wreckage wrecked overturned homeless "
    "homelessness",
    -1.4: "quake quakes hurricane hurricanes cyclone typhoon aftershock aftershocks drought inundated "
    "submerged impassable gridlock scorched flattened mould mold rats cockroaches filthy crashed "
    "evacuated evacuate",
    -1.2: "evacuation evacuations evacuating fled flee fleeing pothole potholes leaks leaking overflowing "
    "overflowed uncollected flytipping graffiti epidemic rationing smoke swept debris delays",
    -0.8: "evacuees storm storms congestion closure siren sirens",
    0.8: "survivors reopened extinguished volunteers",
    1.4: "unharmed uninjured unhurt rescuing",
    1.8: "reunited",
}
LEXICON = {word: value for value, words in _BY_VALUE.items() for word in words.split()}

EMOJI = {
    "\U0001f621": "angry",
    "\U0001f624": "frustrated",
    "\U0001f92c": "furious",
    "\U0001f198": "sos",
    "\U0001f6a8": "siren",
    "\u26a0": "warning",
    "\U0001f44d": "good",
    "\U0001f44e": "bad",
    "\u2764": "love",
    "\U0001f494": "heartbroken",
    "\U0001f637": "sick",
    "\U0001f612": "annoyed",
    "\U0001f644": "eyeroll",
    "\U0001f643": "eyeroll",
    "\ufe0f": "",
}
"""Words in the place of VADER's descriptions (`police car light`), which say nothing of the mood."""

_HAZARDS = (
    "earthquake earthquakes quake quakes aftershock aftershocks tremor tremors storm storms hurricane "
    "cyclone typhoon tornado wind winds gusts rain rains current currents flood floods flooding explosion "
    "blast fire tsunami magnitude"
)
_PEOPLE = "team teams crew crews worker workers service services operation operations effort efforts "
_LABELS = {
    "relief": _PEOPLE + "fund funds supplies supply work camp camps centre center goods agency items package",
    "rescue": _PEOPLE + "boat boats helicopter helicopters mission missions dog dogs",
    "emergency": _PEOPLE + "number department room kit shelter shelters line management responders broadcast",
    "fire": _PEOPLE + "department dept brigade station truck trucks engine engines chief officials marshal",
    "disaster": _PEOPLE + "relief recovery response management fund assistance preparedness",
    "safety": "minister department officer officers board",
    "security": "council forces guard guards",
    "united": "states nations kingdom way",
    "natural": "gas disaster disasters hazard hazards",
    "clean": "up",
    "strong": _HAZARDS,
    "stronger": _HAZARDS,
    "strongest": _HAZARDS,
    "powerful": _HAZARDS,
    "huge": _HAZARDS,
    "super": _HAZARDS,
}
LABELS = {word: frozenset(after.split()) for word, after in _LABELS.items()}
"""Words that name or measure a thing, and feel nothing, where one of these comes within two words."""

PLEAS = {
    "help": -1.4,
    "rescue": -1.4,
    "save": -1.0,
    "urgent": -1.2,
    "please": 0.0,
    "pls": 0.0,
    "support": 0.0,
}
"""What these words are worth where somebody is in need; a kind word elsewhere."""
_NEED = (
    "need needs needed needing send sos trapped stranded urgently desperately desperate dying drowning stuck "
    "flooded flooding rising injured sinking mayday anyone somebody"
)
NEED = frozenset(_NEED.split())
"""Near one of these, a word of `PLEAS` is a call for help."""
PLEASE = frozenset(("please", "pls"))
ASKED = frozenset(("help", "rescue", "support", "save"))
"""What is asked for with a `please`, which is then no kindness."""
