"""The words by which two reports are told from one: the tables of `likeness` and `reading`."""

from __future__ import annotations


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _table(*meanings: str) -> dict[str, str]:
    """Each word of a line, and the first of that line, which stands for all of them."""
    return {word: line.split(" ", 1)[0] for line in meanings for word in line.split()}


STREETS = _set(
    "street st road rd avenue ave lane ln drive dr boulevard blvd highway hwy bridge river park school "
    "hospital station square creek exit route way court place terrace lake mount hill junction crossing "
    "tunnel dam"
)
BEFORE_PLACES = _set("in at near from to on around outside inside by towards toward between past")
TURNS = _set(
    "not no never cant cannot isnt arent wasnt werent wont dont didnt doesnt hasnt havent nothing nobody "
    "none without unless false fake hoax rumour rumor untrue debunked denied correction corrected incorrect "
    "wrong closed closes close open opens opened reopened reopens reopen cancelled canceled lifted ended "
    "over cleared restored fixed found safe contained extinguished downgraded upgraded extended mandatory "
    "voluntary again off out back full warning watch advisory north south east west northern southern "
    "eastern western"
)
"""Words that make another report of the same sentence."""
DENIALS = _set("false fake hoax rumour rumor untrue debunked denied not no incorrect wrong")
"""Of these, those that turn the whole of a sentence after it, or before it."""
OWN = _set("i im ive my me mine we weve were our us")
"""Somebody speaks of themselves."""
CALLS = _set(
    "help sos donate donations donating rescue urgent urgently need needs needed dying bleeding unconscious "
    "911 112 999"
)
BESIDES = _set("too also same another next opposite behind neighbour neighbours neighbor neighbors")
"""Whoever quotes with one of these tells of something that is not what is quoted."""
CLAIMS = TURNS | OWN | CALLS
"""Whoever adds one of these says something of their own."""
SIDES = _set(
    "left right up down upper lower rising falling before after above below inbound outbound morning evening "
    "afternoon tonight today yesterday tomorrow noon midnight first second third man woman boy girl old new "
    "monday tuesday wednesday thursday friday saturday sunday am pm"
)
"""Of these, one for another makes another report."""
MEANINGS = _table(
    "dead killed kills kill killing died dies deaths death deadly fatalities",
    "injured injures injuries injury hurt hurts wounded casualties",
    "missing unaccounted",
    "rescued saved saves rescues",
    "quake quakes earthquake earthquakes",
    "fire fires wildfire wildfires",
    "flood floods flooded flooding",
    "evacuated evacuates evacuate evacuation evacuations evacuees",
    "stuck caught trapped stranded",
    "collapsed collapses collapse",
)
"""What makes another report where it is added, in whatever word."""
SYNONYMS = _table(
    "hit hits strikes struck slams rocks jolts shakes",
    "rises rise rose risen climbs jumps increases",
    "toll count",
    "says said say tells",
    "st street",
    "rd road",
    "ave avenue",
    "hwy highway",
)
"""What makes no other report where one stands for another."""
FORMS = (_set("s es d ed ing ly") | {""}, _set("e es ed ing"), _set("y ies ied"))
"""Endings that stand for one another in the forms of one word."""
_NUMBER_WORDS = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
)
NUMBERS = {word: str(at) for at, word in enumerate(_NUMBER_WORDS.split(), 2)} | {
    word: word for word in _set("dozen dozens hundred hundreds thousand thousands million millions billion")
}
"""`one` is left out: it is a pronoun more often than a figure."""
NUMBER_FORMS = frozenset(NUMBERS.values())
SMALL = _set(
    "a an the of is are was were be been has have had in on at to for and as it its this that s by amp with "
    "from people persons person"
)
"""Words whose coming and going changes nothing."""
LEADS = _set(
    "rt mt breaking update updated live video watch just in news photos pictures top story new post latest"
)
"""What stands before a report without being of it, in capitals or before a colon."""
ENDS = _set("read see more details info information story video photos pictures link ht htt http")
"""The same behind it."""
REMARKS = _set(
    "rt breaking news video photos omg wow sad sadly awful terrible horrible please pls share sharing "
    "retweet pray praying prayers"
)
"""What a copy may add without a claim."""
PRESS = _set("news channel times post tv radio press herald daily gazette bbc cnn reuters ap afp nbc cbs abc")
"""Words by which a few names before a colon are known for a source."""
