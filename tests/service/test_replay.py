"""`watchfloor replay` end to end: a file of posts, through the socket, into the database."""

import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from console.model import Mention
from console.replay import BATCH, Progress, ReplayStopped, replay
from console.service.client import ServiceClient
from tests.hostile import PAYLOADS
from tests.service.at_work import SHARED, Served, until, write_settings

SAID = datetime(2019, 3, 1, 18, 0, tzinfo=UTC)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with Served(write_settings(tmp_path)) as served:
        yield served


@pytest.fixture
def client(served: Served) -> Iterator[ServiceClient]:
    with served.client() as client:
        yield client


def lines(count: int, apart: float = 60.0) -> list[bytes]:
    """Posts said some seconds apart, years ago."""
    return [
        json.dumps(
            {
                "id": str(number),
                "text": f"report number {number}",
                "created_at": (SAID + timedelta(seconds=apart * number)).isoformat(),
            }
        ).encode()
        for number in range(count)
    ]


def mentions(served: Served) -> tuple[Mention, ...]:
    with served.reader() as reader:
        return reader.mentions(oldest_first=True, limit=1000)


def test_every_post_comes_once_and_in_order(served: Served, client: ServiceClient) -> None:
    seen: list[Progress] = []
    done = replay(client, lines(50), progress=seen.append)
    assert (done.line, done.new, done.refused) == (50, 50, 0)
    assert [progress.line for progress in seen] == [BATCH, 2 * BATCH, 50]
    assert [mention.text for mention in mentions(served)] == [
        f"report number {number}" for number in range(50)
    ]
    assert {mention.source for mention in mentions(served)} == {"replay"}


def test_posts_are_said_now_unless_their_times_are_kept(served: Served, client: ServiceClient) -> None:
    began = datetime.now(UTC)
    replay(client, lines(1))
    replay(client, lines(1), source="kept", keep_times=True)
    now, kept = mentions(served)
    assert began - timedelta(seconds=1) <= now.at <= datetime.now(UTC)
    assert kept.at == SAID


def test_a_second_time_takes_nothing_twice(client: ServiceClient) -> None:
    replay(client, lines(30))
    done = replay(client, lines(30))
    assert (done.new, done.unchanged) == (0, 30)


def test_a_line_that_is_no_post_is_refused_by_its_number_and_the_rest_goes_on(client: ServiceClient) -> None:
    done = replay(client, [*lines(2), b"not json", b"", b'{"id": "x"}', *lines(3)[2:]])
    assert (done.new, done.refused) == (3, 2)
    assert done.reasons[0].startswith("line 3: ")
    assert done.reasons[1].startswith("line 5: ")


def test_speed_keeps_the_distances_between_posts(client: ServiceClient) -> None:
    waits: list[float] = []
    now = [0.0]

    def sleep(seconds: float) -> None:
        waits.append(round(seconds, 3))
        now[0] += seconds

    replay(client, lines(4, apart=60.0), speed=30.0, sleep=sleep, monotonic=lambda: now[0])
    assert waits == [2.0, 2.0, 2.0]


def test_years_of_silence_are_an_hour(client: ServiceClient) -> None:
    waits: list[float] = []
    now = [0.0]

    def sleep(seconds: float) -> None:
        waits.append(round(seconds))
        now[0] += seconds

    replay(client, lines(2, apart=86400 * 700), speed=60.0, sleep=sleep, monotonic=lambda: now[0])
    assert waits == [60]


def test_what_is_due_together_goes_together(client: ServiceClient) -> None:
    seen: list[Progress] = []
    replay(client, lines(10, apart=0.0), speed=1.0, progress=seen.append)
    assert [progress.line for progress in seen] == [10]


def test_when_the_service_goes_the_sentence_says_where_and_going_on_takes_nothing_twice(
    tmp_path: Path,
) -> None:
    served = Served(write_settings(tmp_path))
    client = served.client()
    seen: list[Progress] = []

    def kill_in_the_middle(progress: Progress) -> None:
        seen.append(progress)
        if len(seen) == 3:
            served.kill()

    with pytest.raises(ReplayStopped, match=f"lines up to {3 * BATCH} are stored") as stopped:
        replay(client, lines(200), progress=kill_in_the_middle)
    assert stopped.value.progress.new == 3 * BATCH
    client.close()
    with Served(served.settings) as again, again.client() as client:
        done = replay(client, lines(200))
        assert (done.new, done.unchanged) == (200 - 3 * BATCH, 3 * BATCH)
        assert again.total() == 200


def test_hostile_text_arrives_harmless(served: Served, client: ServiceClient) -> None:
    posts = [
        json.dumps({"id": str(number), "text": f"post {number} {text}", "author": text, "url": text}).encode()
        for number, text in enumerate(PAYLOADS.values())
        if len(text) < 50_000
    ]
    done = replay(client, posts)
    assert (done.new, done.refused) == (len(posts), 0)
    for mention in mentions(served):
        for text in (mention.text, mention.author, mention.url):
            assert not [one for one in text if (ord(one) < 32 and one != "\n") or 0x7F <= ord(one) < 0xA0]
            text.encode()


def test_two_replays_and_a_desk_do_not_wait_long_for_each_other(served: Served) -> None:
    def play(source: str) -> None:
        with served.client() as client:
            replay(client, lines(300), source=source)

    players = [threading.Thread(target=play, args=(source,)) for source in ("a", "b")]
    for player in players:
        player.start()
    delays: list[float] = []
    with served.client() as desk:
        while any(player.is_alive() for player in players):
            began = time.monotonic()
            desk.ask("status")
            delays.append(time.monotonic() - began)
            time.sleep(0.005)
    for player in players:
        player.join()
    assert until(lambda: served.total()) == 600
    assert max(delays) < 2


def test_ten_thousand_real_posts_start_well(served: Served, client: ServiceClient) -> None:
    path = SHARED / "posts" / "crisis_posts.jsonl"
    if not path.exists():
        pytest.skip("the saved posts are not beside the project")
    with path.open("rb") as file:
        done = replay(client, [next(file) for _ in range(500)])
    assert (done.new + done.unchanged, done.refused) == (500, 0)
    assert served.total() == done.new
