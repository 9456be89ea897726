import json
from pathlib import Path

import pytest

from console.intake.place_list import PlaceListError, read_places, write_places
from console.model import Place
from tests.hostile import forbidden


def write(tmp_path: Path, content: bytes | str, name: str = "places.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_a_plain_list(tmp_path: Path) -> None:
    path = write(tmp_path, "name,aliases,area\nMill Street,Mill Rd;the mill,Old Town\nOld Town,,\n")
    listed = read_places(path)
    assert listed.places == (Place("Mill Street", ("Mill Rd", "the mill"), "Old Town"), Place("Old Town"))
    assert listed.problems == ()


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfname;area\nMill Street;Old Town\n",
        b"Area\tName\r\nOld Town\tMill Street\r\n",
        b"id|NAME|district\n7|Mill Street|Old Town\n",
        "name,area\nMill Street,Old Town\n".encode("utf-16"),
        b'name,area\n"Mill Street",Old Town',
    ],
)
def test_the_usual_kinds_of_csv(tmp_path: Path, content: bytes) -> None:
    assert read_places(write(tmp_path, content)).places == (Place("Mill Street", (), "Old Town"),)


def test_a_list_without_a_header_is_taken_and_told(tmp_path: Path) -> None:
    listed = read_places(write(tmp_path, "Mill Street\nOak School\n"))
    assert [place.name for place in listed.places] == ["Mill Street", "Oak School"]
    assert "name" in listed.problems[0]


def test_windows_text_is_read_line_by_line(tmp_path: Path) -> None:
    listed = read_places(write(tmp_path, b"name\nCaf\xe9 Platz\n\xc3\x96sterreich\n"))
    assert [place.name for place in listed.places] == ["Café Platz", "Österreich"]
    assert listed.problems == ("Line 2 is not UTF-8 at byte 4; it was read as Windows text.",)


def test_doubles_are_made_one_and_bad_lines_left_out(tmp_path: Path) -> None:
    content = f"name,aliases,area\nMill Street,a,\nMILL STREET,b,Old Town\n,x,\n...,,\n{'x' * 150},,\n"
    listed = read_places(write(tmp_path, content))
    assert listed.places == (Place("Mill Street", ("a", "b"), "Old Town"),)
    assert listed.problems == (
        "Line 3: MILL STREET is listed before (line 2); they were made one.",
        "Line 4 has no name; it was left out.",
        "Line 5 has no name; it was left out.",
        "Line 6: the name is over 100 characters; it was left out.",
    )


def test_hostile_names_are_cleaned(tmp_path: Path) -> None:
    listed = read_places(write(tmp_path, "name,area\nMill\x1b]0;x\x07 Street,\u202eeht\n\0Oak,\n"))
    assert all(forbidden(place.name + place.area) == [] for place in listed.places)
    assert len(listed.places) == 2


def test_geojson(tmp_path: Path) -> None:
    features = [
        {
            "type": "Feature",
            "properties": {"name": "Mill Street", "alt_name": "Mill Rd;The Mill", "city": "Riverton"},
        },
        {"type": "Feature", "properties": {"name": None}},
        {"type": "Feature", "properties": None},
        "nonsense",
    ]
    listed = read_places(
        write(tmp_path, json.dumps({"type": "FeatureCollection", "features": features}), "p.geojson")
    )
    assert listed.places == (Place("Mill Street", ("Mill Rd", "The Mill"), "Riverton"),)
    assert len(listed.problems) == 3


@pytest.mark.parametrize("content", ["{", '{"features": 7}', "[" * 100_000])
def test_no_geojson_at_all(tmp_path: Path, content: str) -> None:
    with pytest.raises(PlaceListError, match="is no GeoJSON"):
        read_places(write(tmp_path, content))


def test_a_missing_file_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(PlaceListError, match="cannot be read: No such file"):
        read_places(tmp_path / "none.csv")


def test_an_empty_list_is_said_so(tmp_path: Path) -> None:
    assert read_places(write(tmp_path, "")).problems == ("The list holds no place.",)


def test_a_thousand_problems_are_not_told_one_by_one(tmp_path: Path) -> None:
    listed = read_places(write(tmp_path, "name\n" + "Mill Street\n" * 1001))
    assert len(listed.places) == 1
    assert listed.problems[-1] == "And 900 more of the same kind."


def test_two_hundred_thousand_names_load(tmp_path: Path) -> None:
    path = write(tmp_path, "name,area\n" + "".join(f"Street {n},Town\n" for n in range(200_000)))
    assert len(read_places(path).places) == 200_000


def test_a_written_list_reads_the_same(tmp_path: Path) -> None:
    places = (Place('The "Mill", old', ("a", "b c"), "Riverton"), Place("Žižkov"))
    write_places(tmp_path / "out.csv", places)
    assert read_places(tmp_path / "out.csv").places == places
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]
