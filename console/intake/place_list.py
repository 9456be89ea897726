"""The desk's place list as a file, CSV or GeoJSON: its places, and sentences on what is wrong with it."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from console.intake.clean import clean_line
from console.intake.phrases import fold
from console.judgement import Place

MAX_BYTES = 100_000_000
"""Of a list; the names of a whole country take a tenth of it."""
MAX_NAME = 100
"""Characters of a name."""
HEADER = ("name", "aliases", "area")
"""The first line of a list that this program wrote."""
ORIGINAL = ".original"
"""What a list is kept as before it is first written anew; then `.original-2` and so on."""
MAX_PROBLEMS = 100
"""Sentences about one list; after them only a count."""

_NAME_COLUMNS = ("name", "place", "title", "label", "street", "neighbourhood", "neighborhood")
_ALIAS_COLUMNS = (
    "aliases",
    "alias",
    "alt_name",
    "alt_names",
    "alternatenames",
    "also",
    "short_name",
    "official_name",
)
_AREA_COLUMNS = ("area", "within", "district", "is_in", "county", "city", "region", "parent", "borough")


@dataclass(frozen=True, slots=True)
class PlaceList:
    """The places of a list, and a sentence for each thing that was wrong with it and how it was taken."""

    places: tuple[Place, ...]
    problems: tuple[str, ...]


class PlaceListError(ValueError):
    """A list of which nothing could be read; the message is a sentence for the operator."""


@dataclass(frozen=True, slots=True)
class _Entry:
    where: str
    name: str
    aliases: tuple[str, ...]
    area: str


def read_places(path: Path) -> PlaceList:
    """Read a place list, CSV or GeoJSON; lines that cannot be used are told, the rest is taken.

    Raises:
        PlaceListError: The file cannot be read, is too big, or is no list at all.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise PlaceListError(f"The place list {path} cannot be read: {error.strerror or error}.") from error
    if len(data) > MAX_BYTES:
        raise PlaceListError(
            f"The place list {path} is over {MAX_BYTES // 1_000_000} MB; nothing was read of it."
        )
    text, problems = _decode(data)
    if text.lstrip()[:1] in ("{", "["):
        entries = _from_geojson(text, path, problems)
    else:
        entries = _from_csv(text, problems)
    return PlaceList(_gather(entries, problems), _shorten(problems))


def write_places(path: Path, places: Iterable[Place]) -> Path | None:
    """Write a list, all or nothing, and keep the one that is there where it would lose anything.

    Returns:
        What the earlier list was kept as; None where nothing of it is lost.

    Raises:
        OSError: The file cannot be written; an earlier one is still there, whole.
    """
    try:
        keep = path.exists() and not in_own_form(path, read_places(path).places)
    except PlaceListError:
        keep = True
    return put_list(path, as_csv(places), keep=keep)


def as_csv(places: Iterable[Place]) -> bytes:
    """A list as this program writes it: name, aliases with `;` between them, area."""
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows((place.name, ";".join(place.aliases), place.area) for place in places)
    return made.getvalue().encode("utf-8")


def in_own_form(path: Path, places: Iterable[Place]) -> bool:
    """Whether a list, read as these places, says nothing that is lost when it is written anew."""
    try:
        return as_csv(places) == path.read_bytes()
    except FileNotFoundError:
        return True
    except OSError:
        return False


def put_list(path: Path, data: bytes, *, keep: bool) -> Path | None:
    """Put a list that is ready into its file, as `write_places` does; `keep` the earlier one or not.

    The file stays where a link leads to, and as far as may be whose it was and open to whom it was.
    """
    target, kept = Path(os.path.realpath(path)), None
    beside = target.with_name(f".{target.name}.new")
    beside.unlink(missing_ok=True)
    try:
        with beside.open("xb") as file:
            if target.exists():
                kept = _keep(target) if keep else None
                _make_alike(target, beside)
            file.write(data)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
    return kept


def _keep(path: Path) -> Path:
    """Copy a list to beside it, under a name that nothing has yet."""
    for number in count(1):
        kept = path.with_name(path.name + ORIGINAL + (f"-{number}" if number > 1 else ""))
        try:
            with kept.open("xb") as copy, path.open("rb") as whole:
                _make_alike(path, kept)
                shutil.copyfileobj(whole, copy)
        except FileExistsError:
            continue
        except OSError:
            kept.unlink(missing_ok=True)
            raise
        shutil.copystat(path, kept)
        return kept
    raise AssertionError


def _make_alike(path: Path, other: Path) -> None:
    """Give a file the owner, the group and the mode of another; who may not give it away keeps it."""
    status = path.stat()
    for user, group in ((-1, status.st_gid), (status.st_uid, -1)):
        with suppress(OSError):
            os.chown(other, user, group)
    other.chmod(stat.S_IMODE(status.st_mode))


def _decode(data: bytes) -> tuple[str, list[str]]:
    """Read bytes as UTF-8, else line by line, those lines that are not as Windows text (cp1252)."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace"), ["The list is UTF-16; it was read as that."]
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError:
        pass
    lines, problems = [], []
    for number, line in enumerate(data.split(b"\n"), 1):
        try:
            lines.append(line.decode("utf-8"))
        except UnicodeDecodeError as error:
            lines.append(line.decode("cp1252", "replace"))
            problems.append(
                f"Line {number} is not UTF-8 at byte {error.start + 1}; it was read as Windows text."
            )
    return "\n".join(lines), problems


def _from_csv(text: str, problems: list[str]) -> Iterator[_Entry]:
    first = text.partition("\n")[0]
    delimiter = max(",;\t|", key=first.count) if any(map(first.count, ",;\t|")) else ","
    rows = csv.reader(io.StringIO(text.replace("\0", "")), delimiter=delimiter)
    columns: tuple[int, int, int] | None = None
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            problems.append(f"Line {rows.line_num} is no CSV: {error}.")
            continue
        if not any(cell.strip() for cell in row):
            continue
        if columns is None:
            columns = _columns(row, problems)
            if columns[0] >= 0:
                continue
            columns = (0, 1, 2)
        cells = [row[at] if 0 <= at < len(row) else "" for at in columns]
        yield _Entry(f"Line {rows.line_num}", cells[0], _parted(cells[1], delimiter), cells[2])


def _columns(header: list[str], problems: list[str]) -> tuple[int, int, int]:
    names = [cell.strip().casefold().replace(" ", "_") for cell in header]

    def position(wanted: tuple[str, ...]) -> int:
        return next((names.index(word) for word in wanted if word in names), -1)

    found = position(_NAME_COLUMNS), position(_ALIAS_COLUMNS), position(_AREA_COLUMNS)
    if found[0] < 0:
        problems.append(
            "No column of the first line is called name; it was read as a place: name, aliases, area."
        )
    return found


def _parted(cell: str, delimiter: str) -> tuple[str, ...]:
    """Aliases stand between `;` or `|`, whichever does not part the columns."""
    for mark in (";", "|"):
        if mark != delimiter and mark in cell:
            return tuple(cell.split(mark))
    return (cell,) if cell.strip() else ()


def _from_geojson(text: str, path: Path, problems: list[str]) -> Iterator[_Entry]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PlaceListError(f"The place list {path} is no GeoJSON: {error}.") from error
    features = data.get("features", [data]) if isinstance(data, dict) else data
    if not isinstance(features, list):
        raise PlaceListError(f"The place list {path} is no GeoJSON: `features` is no list.")
    for number, feature in enumerate(features, 1):
        where = f"Feature {number}"
        properties = feature.get("properties", feature) if isinstance(feature, dict) else None
        if not isinstance(properties, dict):
            problems.append(f"{where} has no properties; it was left out.")
            continue
        folded = {str(key).casefold().replace(":", "_"): value for key, value in properties.items()}
        name = _text(folded, _NAME_COLUMNS)
        aliases = [alias for key in _ALIAS_COLUMNS for alias in _many(folded.get(key))]
        yield _Entry(where, name, tuple(aliases), _text(folded, _AREA_COLUMNS))


def _text(properties: Mapping[str, Any], keys: tuple[str, ...]) -> str:
    return next(
        (value for key in keys if isinstance(value := properties.get(key), str) and value.strip()), ""
    )


def _many(value: Any) -> list[str]:
    if isinstance(value, str):
        return value.replace("|", ";").split(";")
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _gather(entries: Iterator[_Entry], problems: list[str]) -> tuple[Place, ...]:
    """Clean the entries; of two with one name the first stays, and gets the other's aliases."""
    places: dict[str, Place] = {}
    first_seen: dict[str, str] = {}
    for entry in entries:
        name = clean_line(entry.name, MAX_NAME + 1)
        if not name or not fold(name):
            problems.append(f"{entry.where} has no name; it was left out.")
            continue
        if len(name) > MAX_NAME:
            problems.append(f"{entry.where}: the name is over {MAX_NAME} characters; it was left out.")
            continue
        aliases = tuple(dict.fromkeys(alias for one in entry.aliases if (alias := clean_line(one, MAX_NAME))))
        area = clean_line(entry.area, MAX_NAME)
        key = name.casefold()
        earlier = places.get(key)
        if earlier is None:
            places[key] = Place(name, tuple(alias for alias in aliases if alias != name), area)
            first_seen[key] = entry.where
            continue
        more = tuple(alias for alias in aliases if alias not in earlier.aliases and alias != earlier.name)
        places[key] = Place(earlier.name, earlier.aliases + more, earlier.area or area)
        problems.append(
            f"{entry.where}: {name} is listed before ({first_seen[key].lower()}); they were made one."
        )
    if not places:
        problems.append("The list holds no place.")
    return tuple(places.values())


def _shorten(problems: list[str]) -> tuple[str, ...]:
    if len(problems) <= MAX_PROBLEMS:
        return tuple(problems)
    return (*problems[:MAX_PROBLEMS], f"And {len(problems) - MAX_PROBLEMS} more of the same kind.")
