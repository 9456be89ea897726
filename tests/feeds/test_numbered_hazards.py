"""NWS, USGS and GDACS: JSON and RSS with official hazards in them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from feeds import gdacs, nws, usgs
from feeds.post import Hazard, Post
from feeds.source import Document, Parsed


def document(body: object) -> Document:
    raw = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return Document(raw, source="official", lang="en", address="https://feed.example/")


def hazard_of(post: Post) -> Hazard:
    assert post.hazard is not None
    return post.hazard


ALERT: dict[str, Any] = {
    "id": "urn:2",
    "@id": "https://api.example/alerts/urn:2",
    "areaDesc": "North Coast; Metro",
    "geocode": {"SAME": ["041057"], "UGC": ["ORZ001", "ORZ002"]},
    "affectedZones": ["https://api.example/zones/ORZ001"],
    "references": [{"identifier": "urn:1", "sender": "nws@example", "sent": "2026-03-01T09:00:00-08:00"}],
    "sent": "2026-03-01T10:00:00-08:00",
    "effective": "2026-03-01T10:00:00-08:00",
    "onset": None,
    "expires": "2026-03-01T18:00:00-08:00",
    "ends": "2026-03-02T06:00:00-08:00",
    "status": "Actual",
    "messageType": "Update",
    "category": "Met",
    "severity": "Severe",
    "certainty": "Possible",
    "urgency": "Future",
    "event": "Flood Watch",
    "sender": "nws@example",
    "senderName": "NWS Portland",
    "headline": "Flood Watch until tomorrow",
    "description": "Rivers rise.",
    "instruction": None,
    "response": "Prepare",
    "parameters": {"VTEC": ["/O.CON/"], "BLOCKCHANNEL": ["EAS", "NWEM"]},
}


def weather(*alerts: dict[str, Any], geometry: object = None) -> Parsed:
    features = [{"type": "Feature", "geometry": geometry, "properties": alert} for alert in alerts]
    return nws.parse(document({"type": "FeatureCollection", "features": features}))


def test_a_weather_alert_keeps_both_of_its_ends_and_its_codes() -> None:
    (post,) = weather(ALERT).posts
    hazard = hazard_of(post)
    (info,) = hazard.infos
    assert info.expires == datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
    assert hazard.ends == datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
    assert hazard.references == ("nws@example,urn:1,2026-03-01T17:00:00+00:00",)
    assert (hazard.msg_type, info.responses) == ("Update", ("Prepare",))
    assert info.parameters == (("VTEC", "/O.CON/"), ("BLOCKCHANNEL", "EAS"), ("BLOCKCHANNEL", "NWEM"))
    assert ("UGC", "ORZ002") in info.areas[0].geocodes
    assert ("affectedZone", "https://api.example/zones/ORZ001") in info.areas[0].geocodes
    assert post.places_hint == ("North Coast", "Metro")
    assert hazard.thread == ""


def test_shapes_are_turned_to_latitude_first() -> None:
    ring = [[-120.5, 45.1], [-120.6, 45.2], [-120.5, 45.1]]
    (post,) = weather(ALERT, geometry={"type": "Polygon", "coordinates": [ring]}).posts
    assert hazard_of(post).infos[0].areas[0].polygons == ("45.1,-120.5 45.2,-120.6 45.1,-120.5",)
    many = {"type": "MultiPolygon", "coordinates": [[ring], [ring], "nonsense"]}
    assert len(hazard_of(weather(ALERT, geometry=many).posts[0]).infos[0].areas[0].polygons) == 2


@pytest.mark.parametrize("field", ["sent", "expires", "ends", "onset"])
def test_a_template_in_place_of_a_time_refuses_that_alert_only(field: str) -> None:
    parsed = weather({**ALERT, "id": "urn:bad", field: "date:now -2 minutes"}, ALERT)
    assert len(parsed.posts) == 1
    assert (parsed.refusals[0].item, field in parsed.refusals[0].reason) == ("urn:bad", True)
    assert "date:now -2 minutes" in parsed.refusals[0].reason


def test_other_shapes_of_the_answer_are_read_or_explained() -> None:
    assert len(nws.parse(document({"properties": ALERT})).posts) == 1
    assert len(nws.parse(document({"@graph": [ALERT]})).posts) == 1
    assert weather({"id": "x"}, {}).refusals[1].item == "item 2"
    with pytest.raises(ValueError, match="Forbidden"):
        nws.parse(document({"title": "Forbidden", "status": 403}))
    with pytest.raises(ValueError, match="not the GeoJSON"):
        nws.parse(document([1, 2]))
    with pytest.raises(ValueError, match=r"not valid JSON \(line 1"):
        nws.parse(document("{"))


QUAKE: dict[str, Any] = {
    **{"mag": 5.1, "place": "4km N of Town", "time": 1772388000000, "updated": 1772388300000},
    **{
        "url": "https://quake.example/us1",
        "felt": 12,
        "alert": "yellow",
        "status": "automatic",
        "tsunami": 1,
    },
    **{"sig": 700, "ids": ",us1,ci9,", "type": "earthquake", "title": "M 5.1 - 4km N of Town"},
}


def quakes(*properties: dict[str, Any]) -> Parsed:
    features = [
        {"id": f"us{n}", "geometry": {"coordinates": [-122.5, 37.7, 12.5]}, "properties": given}
        for n, given in enumerate(properties, start=1)
    ]
    return usgs.parse(document({"type": "FeatureCollection", "features": features}))


def test_an_earthquake_is_a_living_hazard_under_its_number() -> None:
    (post,) = quakes(QUAKE).posts
    hazard = hazard_of(post)
    assert (post.id, hazard.thread, hazard.incidents) == ("us1", "us1", "ci9")
    assert post.created_at == datetime(2026, 3, 1, 18, 0, tzinfo=UTC)
    assert post.updated_at == hazard.sent == datetime(2026, 3, 1, 18, 5, tzinfo=UTC)
    assert hazard.infos[0].severity == "Moderate"
    assert hazard.infos[0].areas[0].circles == ("37.7,-122.5 0",)
    assert "Preliminary" in post.text
    assert "tsunami.gov" in post.text


def test_a_revision_keeps_the_post_and_renews_the_message() -> None:
    (first,), (second,) = quakes(QUAKE).posts, quakes({**QUAKE, "updated": 1772391900000, "mag": 4.9}).posts
    assert first.id == second.id
    assert hazard_of(first).key != hazard_of(second).key


def test_a_withdrawn_earthquake_takes_itself_back() -> None:
    (post,) = quakes({**QUAKE, "status": "deleted"}).posts
    assert (post.state, hazard_of(post).msg_type) == ("deleted", "Cancel")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"type": "quarry blast"}, "'quarry blast'"),
        ({"time": None}, "time"),
        ({"time": 1e300, "updated": 1}, "time"),
    ],
)
def test_what_is_no_earthquake_is_refused_by_name(change: dict[str, Any], words: str) -> None:
    parsed = quakes({**QUAKE, **change}, QUAKE)
    assert len(parsed.posts) == 1
    assert words in parsed.refusals[0].reason


@pytest.mark.parametrize(
    ("alert", "weight", "severity"),
    [
        (None, 100, "Minor"),
        (None, 600, "Moderate"),
        ("green", 700, "Minor"),
        ("red", 0, "Extreme"),
        ("x", None, "Minor"),
    ],
)
def test_severity_follows_the_estimate_of_losses(
    alert: str | None, weight: int | None, severity: str
) -> None:
    (post,) = quakes({**QUAKE, "alert": alert, "sig": weight}).posts
    assert hazard_of(post).infos[0].severity == severity


ITEM = (
    "<item><title>Orange flood in Land</title><description>Much water.</description><guid>FL77</guid>"
    "<link>https://g.example/77</link><pubDate>Sun, 01 Mar 2026 18:00:00 GMT</pubDate>"
    "<g:fromdate>Sat, 28 Feb 2026 18:00:00 GMT</g:fromdate><g:todate>Sun, 01 Mar 2026 18:00:00 GMT</g:todate>"
    "<g:iscurrent>{current}</g:iscurrent><g:eventtype>FL</g:eventtype><g:eventid>77</g:eventid>"
    "<g:episodeid>3</g:episodeid><g:version>2</g:version><g:alertlevel>Orange</g:alertlevel>"
    "<g:severity unit='M' value='6.1'>Magnitude 6.1M</g:severity><g:population unit='Death' value='4'/>"
    "<g:country>Land, Isle</g:country><r:point>1.5 2.5</r:point><g:bbox>1 2 3 4</g:bbox></item>"
)


def disasters(items: str) -> Parsed:
    spaces = "xmlns:g='http://www.gdacs.org' xmlns:r='http://www.georss.org/georss'"
    return gdacs.parse(document(f"<rss version='2.0' {spaces}><channel>{items}</channel></rss>"))


def test_a_disaster_keeps_what_feedparser_would_lose() -> None:
    (post,) = disasters(ITEM.format(current="true")).posts
    hazard = hazard_of(post)
    (info,) = hazard.infos
    assert (post.id, hazard.thread, hazard.identifier) == ("FL77", "FL77", "FL77.3.2")
    assert {("severity", "Magnitude 6.1M"), ("severity unit", "M"), ("severity value", "6.1")} <= set(
        info.parameters
    )
    assert ("population value", "4") in info.parameters
    assert info.areas[0].circles == ("1.5,2.5 0",)
    assert info.areas[0].polygons == ("3,1 3,2 4,2 4,1 3,1",)
    assert (info.event, info.severity, post.places_hint) == ("Flood", "Moderate", ("Land", "Isle"))
    assert "not a warning" in hazard.note
    assert hazard.ends is None


def test_a_disaster_that_is_over_says_when_it_ended() -> None:
    (post,) = disasters(ITEM.format(current="false")).posts
    assert hazard_of(post).ends == datetime(2026, 3, 1, 18, 0, tzinfo=UTC)


def test_an_item_without_number_or_date_is_refused() -> None:
    parsed = disasters("<item><title>t</title></item><item><guid>EQ1</guid><pubDate>soon</pubDate></item>")
    assert parsed.posts == ()
    assert [refusal.reason for refusal in parsed.refusals] == [
        "it has no event number and no guid",
        "it has no readable date",
    ]
    with pytest.raises(ValueError, match="not the RSS of GDACS"):
        gdacs.parse(document("<html/>"))
