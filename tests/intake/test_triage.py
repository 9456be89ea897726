import io
import json
from datetime import UTC, datetime

from console.intake.pipeline import Judge
from console.intake.places import PlaceIndex
from console.intake.rules import load_rules
from console.model import Place
from console.triage import MAX_LINE, run
from tests.hostile import SMALL, forbidden, raw_controls

NOW = datetime(2026, 3, 1, 18, tzinfo=UTC)


def triage(data: bytes) -> tuple[int, list[dict[str, object]], str]:
    judge = Judge(PlaceIndex([Place("Mill Street")]), load_rules(), window=6 * 3600, voices=3)
    out, err = io.StringIO(), io.StringIO()
    code = run(io.BytesIO(data), out, err, judge, lambda: NOW)
    return code, [json.loads(line) for line in out.getvalue().splitlines()], err.getvalue()


def line(**fields: object) -> bytes:
    return json.dumps({"id": "1", "created_at": "2026-03-01T17:55:00Z", **fields}).encode() + b"\n"


def test_a_judgement_has_what_the_contract_names() -> None:
    code, (judged,), err = triage(line(text="Help us, people trapped at Mill Street"))
    assert (code, err) == (0, "")
    assert {
        "id",
        "text",
        "places",
        "topic",
        "mood",
        "urgency",
        "tier",
        "reasons",
        "repeat_of",
        "incident",
        "humanitarian",
    } <= set(judged)
    assert judged["places"] == [{"text": "Mill Street", "start": 27, "end": 38, "name": "Mill Street"}]
    assert judged["tier"] == 1
    reasons = judged["reasons"]
    assert isinstance(reasons, list)
    by_rules, by_words = reasons[:2], reasons[2:]
    assert by_rules == ['calls for help "Help us" +4', 'trapped or stranded "trapped" +4']
    assert by_words
    assert all(str(text).startswith("words of ") for text in by_words)
    assert judged["humanitarian"] == "requests_or_urgent_needs"


def test_lines_keep_their_order_and_bad_ones_do_not_stop_the_rest() -> None:
    code, judged, err = triage(line(id="a", text="one") + b"nope\n\n{}\n[1]\n" + line(id="b", text="two"))
    assert code == 1
    assert [one["id"] for one in judged] == ["a", None, None, None, "b"]
    assert [text.split(" is no post")[0] for text in err.splitlines()] == ["Line 2", "Line 4", "Line 5"]


def test_a_line_beyond_all_measure_is_refused_and_the_next_is_judged() -> None:
    code, judged, err = triage(b"x" * (3 * MAX_LINE) + b"\n" + line(id="b", text="two"))
    assert code == 1
    assert [one["id"] for one in judged] == [None, "b"]
    assert "over 1 MB" in err


def test_answers_come_line_by_line() -> None:
    class Growing(io.BytesIO):
        """A pipe whose writer waits for an answer before it goes on."""

        def read1(self, size: int | None = -1, /) -> bytes:
            asked.append(len(out.getvalue().splitlines()))
            return self.readline()

    asked: list[int] = []
    out = io.StringIO()
    judge = Judge(PlaceIndex(), load_rules(), window=3600, voices=3)
    run(Growing(line(text="one") + line(id="2", text="two")), out, io.StringIO(), judge, lambda: NOW)
    assert asked == [0, 1, 2]


def test_lines_that_came_together_are_judged_as_one_by_one() -> None:
    texts = (
        "Help, water on Mill Street",
        "Help, water on Mill Street!",
        "#HurricaneFlorence",
        "Florence",
        "x",
    )
    data = b"".join(line(id=str(number), text=text) for number, text in enumerate(texts))

    class OneByOne(io.BytesIO):
        def read1(self, size: int | None = -1, /) -> bytes:
            return self.readline()

    def answers(stdin: io.BytesIO) -> str:
        out = io.StringIO()
        judge = Judge(PlaceIndex(), load_rules(), window=3600, voices=3)
        run(stdin, out, io.StringIO(), judge, lambda: NOW)
        return out.getvalue()

    assert answers(io.BytesIO(data)) == answers(OneByOne(data))


def test_places_are_shown_without_what_could_act_and_offsets_are_of_the_text_as_given() -> None:
    text = "Trapped at Mill \u202eStreet, tree down on Tar\u202eford Road and Kes\u0085trel Road"
    judge = Judge(PlaceIndex([Place("Mill Street")]), load_rules(), window=6 * 3600, voices=3)
    out = io.StringIO()
    data = line(id="a\u202e\u009b", text=text) + line(id="\u00e9", text="Caf\u00e9 at Mill Street")
    run(io.BytesIO(data), out, io.StringIO(), judge, lambda: NOW)
    shown, plain = out.getvalue().splitlines()
    assert forbidden(shown) == [] == raw_controls(shown.encode())
    assert "Caf\u00e9" in plain
    judged = json.loads(shown)
    assert judged["id"] == "a\u202e\u009b", "by which the answer is told apart"
    places = judged["places"]
    assert [one["text"] for one in places[:2]] == ["Mill Street", "Tarford Road"]
    assert [text[one["start"] : one["end"]] for one in places[:2]] == [
        "Mill \u202eStreet",
        "Tar\u202eford Road",
    ]
    for name in (*[one["text"] + one["name"] for one in places], *judged["unlisted"]):
        assert forbidden(name) == []


def test_hostile_text_leaves_no_control_in_either_stream() -> None:
    data = b"".join(line(id=name, text=text or "x", author=text) for name, text in SMALL.items())
    _, judged, err = triage(
        data + b"".join(text.encode("utf-8", "replace") + b"\n" for text in SMALL.values())
    )
    assert len(judged) >= len(SMALL)
    for one in judged:
        assert forbidden(str(one.get("text", ""))) == []
    assert raw_controls(err.encode()) == []
