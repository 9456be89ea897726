"""Names that no list has, decided about: the list is written, mentions are filed, `undo` goes back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from console.intake.place_list import read_places, write_places
from console.model import Place
from console.service.socket import RequestError
from console.service.tables import judge_maker, read_tables
from console.settings import DeskSettings, Settings
from console.store.change import Change
from feeds.post import Post
from tests.service.workbench import ROLES, Result, Seat, Workbench, finished
from tests.store.saying import STREET, named_by, naming

RIVERTON = Place("Riverton")
MILL = Place("Mill Street", ("Mill Lane",), "Riverton")


class Bench(Workbench):
    """A bench with a place list, which it reads again when it is asked to."""

    fails = ""
    """Why the settings make no sense; empty where they do."""

    async def aside(self, work: Callable[[], Result]) -> Result:
        done = work()
        self.meanwhile()
        return done

    def meanwhile(self) -> None:
        """What happens while a list is read."""

    async def reload(self, *, refiled: bool = False) -> tuple[str, ...]:
        if self.fails:
            raise ValueError(self.fails)
        tables = read_tables(self.settings)
        maker = judge_maker(self.settings, tables, self.store, self.clock)
        self.intake.judge_by(maker, refiled=refiled)
        return ()

    @property
    def file(self) -> Path:
        assert self.settings.desk.places is not None
        return self.settings.desk.places

    @property
    def listed(self) -> tuple[Place, ...]:
        return read_places(self.file).places

    @property
    def proposed(self) -> list[str]:
        with self.reader as reader:
            return [name.name for name in reader.unlisted()]

    def say(self, number: int, text: str) -> str:
        """Somebody says something to the real judge; gives the place that it is filed at."""
        post = Post("late", str(number), text, author=f"@late{number}", created_at=self.clock.now)
        self.intake.take([post], trust="public")
        return self.place(int(self.store.connection.execute("SELECT max(id) FROM mention").fetchone()[0]))

    def place(self, id_: int) -> str:
        with self.reader as reader:
            detail = reader.mention(id_)
        assert detail is not None
        return detail.mention.place


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    lists = tmp_path / "lists"
    lists.mkdir()
    write_places(lists / "places.csv", (RIVERTON, MILL))
    desk = replace(DeskSettings(), places=lists / "places.csv")
    bench = Bench(tmp_path / "desk", Settings(desk=desk, roles=ROLES))
    bench.store.take(named_by(3))
    yield bench
    bench.close()


@pytest.fixture
def ana(bench: Bench) -> Seat:
    return bench.sit("ana")


class TestAdding:
    def test_it_is_listed_filed_and_found_from_then_on(self, bench: Bench, ana: Seat) -> None:
        assert bench.say(1, f"water at {STREET}") == ""
        told = ana.do("add_place", name=STREET, area="Riverton")
        assert told["place"] == STREET
        assert told["filed"] >= 3
        assert "from now on" in told["list"]
        assert bench.listed == (RIVERTON, MILL, Place(STREET, (), "Riverton"))
        assert bench.say(2, "more water in alder street") == STREET
        assert [bench.place(id_) for id_ in (1, 2, 3)] == [STREET] * 3
        assert bench.proposed == []

    def test_a_mention_shows_the_place_as_a_listed_one(self, bench: Bench, ana: Seat) -> None:
        ana.do("add_place", name=STREET)
        with bench.reader as reader:
            detail = reader.mention(1)
        assert detail is not None
        assert [(one.name, one.listed) for one in detail.places] == [(STREET, True)]

    def test_what_is_filed_elsewhere_stays_but_for_an_area_above(self, bench: Bench, ana: Seat) -> None:
        elsewhere, area = bench.store.take(
            [naming("50", place="Mill Street"), naming("51", place="Riverton")]
        ).added
        ana.do("add_place", name=STREET, area="Riverton")
        assert (bench.place(elsewhere), bench.place(area)) == ("Mill Street", STREET)

    def test_the_stream_and_the_mood_know_it_by_its_place(self, bench: Bench, ana: Seat) -> None:
        from console.model import MentionFilter

        bench.store.take([naming("60", mood=-0.5)])
        ana.do("add_place", name=STREET)
        with bench.reader as reader:
            assert len(reader.mentions(MentionFilter(place=STREET))) == 4
            assert reader.gauge(STREET, bench.clock.now).count == 1

    def test_as_another_spelling(self, bench: Bench, ana: Seat) -> None:
        told = ana.do("add_place", name=STREET, **{"as": "mill st"})
        assert told["place"] == "Mill Street"
        assert bench.listed[1].aliases == ("Mill Lane", STREET)
        assert bench.say(2, f"flood at {STREET}") == bench.place(1) == "Mill Street"

    def test_a_name_that_nobody_said_can_be_added_too(self, bench: Bench, ana: Seat) -> None:
        assert ana.do("add_place", name="Elder Road")["filed"] == 0
        assert bench.listed[-1] == Place("Elder Road")

    def test_it_is_one_line_of_the_log(self, bench: Bench, ana: Seat) -> None:
        event = ana.do("add_place", name=STREET)["event"]
        with bench.reader as reader:
            (line,) = [one for one in reader.events(10) if one.seq == event]
        assert (line.actor, line.kind, line.subject) == ("ana", "place added", f"place:{STREET}")

    @pytest.mark.parametrize(
        ("fields", "says"),
        [
            ({"name": "mill st"}, "on the list already"),
            ({"name": STREET, "as": "Mil Street"}, 'Did you mean "Mill Street"'),
            ({"name": STREET, "as": "Mill Street", "area": "Riverton"}, "not both"),
            ({"name": "..."}, "say which name"),
            ({"name": 7}, "must be text"),
            ({}, "say which name"),
        ],
    )
    def test_what_makes_no_sense_changes_nothing(
        self, bench: Bench, ana: Seat, fields: dict[str, object], says: str
    ) -> None:
        with pytest.raises(RequestError, match=says):
            ana.do("add_place", **fields)
        assert bench.listed == (RIVERTON, MILL)
        assert bench.proposed == [STREET]

    def test_hostile_names_are_cleaned(self, bench: Bench, ana: Seat) -> None:
        ana.do("add_place", name="\x1b]0;x\x07Olm\u202e Street\nname,aliases")
        assert "\x1b" not in bench.file.read_text("utf-8")
        assert "\u202e" not in bench.file.read_text("utf-8")
        assert len(bench.listed) == 3

    def test_observers_may_not(self, bench: Bench) -> None:
        for request in ("add_place", "refuse_place"):
            with pytest.raises(RequestError, match="Your role is to observe"):
                bench.sit("obs").do(request, name=STREET)
        assert bench.listed == (RIVERTON, MILL)

    def test_twice_is_told_by_whom(self, bench: Bench, ana: Seat) -> None:
        ana.do("add_place", name=STREET)
        with pytest.raises(RequestError, match="was added already, by ana"):
            bench.sit("kim").do("add_place", name="alder street")


class TestFromPostToList:
    """With everything that the service judges by, the recogniser too."""

    SAID = (
        "Elder Avenue is flooded, the water is knee deep",
        "cars floating down 1200 Elder Ave near Mill Street",
        "is anybody else stuck on Elder Ave?",
        "Elder Avenue is flooded, the water is knee deep!",
    )

    def test_three_people_propose_a_street_and_then_it_is_one(self, bench: Bench, ana: Seat) -> None:
        for number, text in enumerate(self.SAID[:3]):
            assert bench.proposed == [STREET]
            bench.say(number, text)
        bench.say(3, self.SAID[3])
        with bench.reader as reader:
            (name,) = [one for one in reader.unlisted() if one.key == "elderavenue"]
        assert (name.mentions, name.voices, name.near) == (4, 3, 1)
        told = ana.do("add_place", name="elder ave", area="Riverton")
        assert (told["place"], told["filed"]) == (name.name, 4)
        assert bench.say(5, "no power at 40 Elder Ave") == name.name
        ana.do("undo")
        assert bench.proposed == ["Elder Ave", STREET]  # as more have written it by now

    def test_what_is_said_in_private_names_nothing(self, bench: Bench) -> None:
        for number in range(5):
            post = Post(
                "late",
                f"p{number}",
                "help, Elder Avenue is flooded",
                author=f"@p{number}",
                audience="direct",
                created_at=bench.clock.now,
            )
            bench.intake.take([post], trust="public")
        assert bench.proposed == [STREET]


class TestTheFile:
    def test_one_that_cannot_be_written_changes_nothing(
        self, bench: Bench, ana: Seat, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: object, **_more: object) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr("console.service.naming.put_list", fail)
        with pytest.raises(RequestError, match=r"cannot be written .*Nothing was changed.* places import"):
            ana.do("add_place", name=STREET)
        assert bench.proposed == [STREET]
        assert bench.place(1) == ""
        with pytest.raises(RequestError, match="nothing of yours"):
            ana.do("undo")

    def test_without_a_settings_file_there_is_nowhere_to_keep_one(self, tmp_path: Path) -> None:
        bench = Bench(tmp_path)
        with pytest.raises(RequestError, match="config init"):
            bench.sit("ana").do("add_place", name=STREET)
        assert bench.sit("ana").do("refuse_place", name=STREET)["name"] == STREET
        bench.close()

    def test_one_that_is_written_meanwhile_is_not_lost(
        self, bench: Bench, ana: Seat, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        theirs: tuple[Place, ...] = (RIVERTON, MILL, Place("Elder Road"))
        with monkeypatch.context() as once:
            once.setattr(bench, "meanwhile", lambda: write_places(bench.file, theirs))
            with pytest.raises(RequestError, match="changed by somebody just now"):
                ana.do("add_place", name=STREET)
        assert bench.listed == theirs
        assert bench.proposed == [STREET]
        ana.do("add_place", name=STREET)
        assert bench.listed == (*theirs, Place(STREET))

    def test_a_list_in_another_form_is_kept_beside(self, bench: Bench, ana: Seat) -> None:
        theirs = "id,street,lat\n7,Mill Street,51.2\n"
        bench.file.write_text(theirs)
        ana.do("add_place", name=STREET)
        assert [place.name for place in bench.listed] == ["Mill Street", STREET]
        assert bench.file.with_name("places.csv.original").read_text() == theirs

    def test_each_one_that_says_more_is_kept_once_more(self, bench: Bench, ana: Seat) -> None:
        lists = [f"id,name,phone\n1,Mill Street,{number}\n" for number in (5, 6, 7)]
        copies = ["places.csv.original", "places.csv.original-2", "places.csv.original-3"]
        for theirs, name, copy in zip(lists, ("Elder Road", "Elm Lane", "Oak Hill"), copies, strict=True):
            bench.file.write_text(theirs)
            assert ana.do("add_place", name=name)["kept"] == copy
        assert [bench.file.with_name(copy).read_text() for copy in copies] == lists

    def test_lines_that_cannot_be_used_are_not_lost(self, bench: Bench, ana: Seat) -> None:
        theirs = bench.file.read_text() + "A very long name " * 8 + ",Short,Riverton\nmill street,,Otherton\n"
        bench.file.write_text(theirs)
        ana.do("add_place", name=STREET)
        assert bench.file.with_name("places.csv.original").read_text() == theirs
        assert ana.do("add_place", name="Elm Lane")["kept"] == ""

    def test_what_is_written_in_between_is_kept_by_undo(self, bench: Bench, ana: Seat) -> None:
        ana.do("add_place", name=STREET)
        theirs = bench.file.read_text() + "# of the town hall,,\nmill street,,\n"
        bench.file.write_text(theirs)
        ana.do("undo")
        assert bench.file.with_name("places.csv.original").read_text() == theirs

    def test_a_link_stays_one_and_the_mode_as_it_was(self, bench: Bench, ana: Seat) -> None:
        real = bench.file.with_name("real.csv")
        bench.file.rename(real)
        bench.file.symlink_to(real)
        real.chmod(0o640)
        ana.do("add_place", name=STREET)
        assert bench.file.is_symlink()
        assert STREET in real.read_text()
        assert real.stat().st_mode & 0o777 == 0o640

    def test_settings_that_make_no_sense_do_not_lose_the_name(self, bench: Bench, ana: Seat) -> None:
        bench.fails = "line 3: no such key"
        told = ana.do("add_place", name=STREET)
        assert "posts are judged by the old one: line 3" in told["list"]
        assert bench.listed[-1].name == STREET

    def test_a_name_that_is_imported_is_proposed_no_more(self, bench: Bench) -> None:
        write_places(bench.file, (RIVERTON, MILL, Place("Alder Street")))
        finished(bench.reload())
        bench.say(9, "a calm word")
        assert bench.proposed == []


class TestRefusing:
    def test_it_is_proposed_no_more_until_that_is_undone(self, bench: Bench, ana: Seat) -> None:
        ana.do("refuse_place", name="alder street")
        assert bench.proposed == []
        assert bench.listed == (RIVERTON, MILL)
        bench.store.take(named_by(5, first=700))
        assert bench.proposed == []
        assert ana.do("undo")["what"] == "place refused"
        assert bench.proposed == [STREET]

    def test_what_was_refused_can_still_be_added(self, bench: Bench, ana: Seat) -> None:
        ana.do("refuse_place", name=STREET)
        assert bench.sit("kim").do("add_place", name=STREET)["filed"] == 3
        with pytest.raises(RequestError, match="decided about anew since, by kim"):
            ana.do("undo")


class TestUndoing:
    @pytest.mark.parametrize("fields", [{}, {"area": "Riverton"}, {"as": "Mill Street"}])
    def test_all_is_as_it_was(self, bench: Bench, ana: Seat, fields: dict[str, str]) -> None:
        before = bench.file.read_bytes()
        ana.do("add_place", name=STREET, **fields)
        told = ana.do("undo")
        assert told["what"] == "place added"
        assert "from now on" in told["list"]
        assert bench.file.read_bytes() == before
        assert bench.proposed == [STREET]
        assert [bench.place(id_) for id_ in (1, 2, 3)] == [""] * 3
        assert bench.say(2, f"water at {STREET}") == ""
        with bench.reader as reader:
            detail = reader.mention(1)
        assert detail is not None
        assert [(one.name, one.listed) for one in detail.places] == [(STREET, False)]

    def test_only_ones_own(self, bench: Bench, ana: Seat) -> None:
        event = ana.do("add_place", name=STREET)["event"]
        with pytest.raises(RequestError, match="ana did that"):
            bench.sit("kim").do("undo", event=event)

    def test_what_was_changed_in_the_list_since_is_left(self, bench: Bench, ana: Seat) -> None:
        ana.do("add_place", name=STREET)
        ana.do("add_place", name="Alder Lane", **{"as": STREET})
        last = bench.listed
        with bench.reader as reader:
            first = min(one.seq for one in reader.events(10) if one.kind == "place added")
        with pytest.raises(RequestError, match="not listed as it was left"):
            ana.do("undo", event=first)
        assert bench.listed == last
        ana.do("undo")
        ana.do("undo")
        assert bench.listed == (RIVERTON, MILL)

    def test_what_was_said_since_is_at_no_place_that_is_not_listed(self, bench: Bench, ana: Seat) -> None:
        ana.do("add_place", name=STREET, area="Riverton")
        since = [
            bench.say(10, "more water in alder street"),
            bench.say(11, "more water in alder street!"),
            bench.say(12, "Alder St in Riverton is dark"),
        ]
        assert since == [STREET] * 3
        ana.do("undo")
        assert [bench.place(id_) for id_ in (4, 5, 6)] == ["", "", "Riverton"]
        with bench.reader as reader:
            (name,) = reader.unlisted()
            detail = reader.mention(4)
        assert name.mentions == 6
        assert detail is not None
        assert [(one.name, one.listed) for one in detail.places] == [("alder street", False)]

    def test_what_names_the_place_otherwise_stays_there(self, bench: Bench, ana: Seat) -> None:
        ana.do("add_place", name=STREET, **{"as": "Mill Street"})
        assert (
            bench.say(10, "more water in alder street") == bench.say(11, "dark in mill st") == "Mill Street"
        )
        ana.do("undo")
        assert [bench.place(id_) for id_ in (4, 5)] == ["", "Mill Street"]

    def test_nor_is_more_than_one_transaction_holds(
        self, bench: Bench, ana: Seat, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("console.store.unfiling.CHUNK", 2)
        ana.do("add_place", name=STREET)
        for number in range(10, 15):
            assert bench.say(number, f"alder street, number {number * 7}, is dark") == STREET
        ana.do("undo")
        places = bench.store.connection.execute("SELECT DISTINCT place FROM mention").fetchall()
        assert places == [("",)]

    def test_a_list_that_is_written_meanwhile_is_not_lost(
        self, bench: Bench, ana: Seat, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ana.do("add_place", name=STREET)
        theirs = (*bench.listed, Place("Elder Road"))
        with monkeypatch.context() as once:
            once.setattr(bench, "meanwhile", lambda: write_places(bench.file, theirs))
            with pytest.raises(RequestError, match="changed by somebody just now"):
                ana.do("undo")
        assert bench.listed == theirs
        assert bench.place(1) == STREET
        ana.do("undo")
        assert bench.listed == (RIVERTON, MILL, Place("Elder Road"))

    def test_a_list_is_read_and_made_ready_outside_of_the_transaction(
        self, bench: Bench, ana: Seat, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ana.do("add_place", name=STREET)
        real = bench.store.change

        def change(do: Callable[[Change], Result]) -> Result:
            with monkeypatch.context() as within:
                for name in ("read_places", "as_csv", "in_own_form"):
                    within.setattr(f"console.service.naming.{name}", None)
                return real(do)

        monkeypatch.setattr(bench.store, "change", change)
        assert ana.do("undo")["what"] == "place added"
        assert bench.listed == (RIVERTON, MILL)


class TestSurges:
    """What is told of a place is not told anew under the name of a street in it."""

    def test_a_surge_is_told_once_under_whatever_place(self, bench: Bench, ana: Seat) -> None:
        elder = "Elder Road"
        for hour in range(30):
            bench.say(hour, f"road closed again at bend {hour} of Riverton")
            bench.clock.go(minutes=60)
            bench.intake.tidy(idle=True)
        for number in range(100, 130):
            bench.say(number, f"flooding, house {number * 7}, in {elder} of Riverton, pump {number * 31}")
            bench.clock.go(seconds=50)
        bench.intake.tidy(idle=True)
        ((place, at),) = self.going(bench)
        assert place == "Riverton"
        ana.do("add_place", name=elder, area="Riverton")
        self.look(bench)
        assert self.going(bench) == [(elder, at)]
        ana.do("undo")
        self.look(bench)
        assert self.going(bench) == [("Riverton", at)]
        with bench.reader as reader:
            assert [one.subject for one in reader.events(99) if one.kind == "surge began"] == [
                "Riverton, flood"
            ]

    def test_what_was_heard_is_read_anew_only_where_it_was_filed_anew(
        self, bench: Bench, ana: Seat, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        heard = bench.intake.judge.surges
        with monkeypatch.context() as once:
            once.setattr(bench.store, "recall", None)
            assert ana.do("add_place", name="Elder Road")["filed"] == 0
            finished(bench.reload())
            assert bench.say(1, "no light in Elder Road") == "Elder Road"
        assert bench.intake.judge.surges is heard
        ana.do("add_place", name=STREET)
        assert bench.intake.judge.surges is not heard

    @staticmethod
    def look(bench: Bench) -> None:
        for _ in range(3):
            bench.clock.go(seconds=60)
            bench.intake.tidy(idle=True)

    @staticmethod
    def going(bench: Bench) -> list[tuple[str, str]]:
        """Where surges go on, and when they were told."""
        question = "SELECT place, json_extract(body, '$.told_at') FROM surge WHERE ended_at IS NULL"
        return bench.store.connection.execute(question).fetchall()
