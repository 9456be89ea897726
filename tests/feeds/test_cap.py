"""CAP alerts of every version and wrapping, into hazards that lose nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from feeds.cap import parse
from feeds.post import Hazard, Post
from feeds.source import Document, Parsed

NS = "urn:oasis:names:tc:emergency:cap:1.2"
INFO = """<info><language>en-GB</language><category>Met</category><category>Safety</category>
<event>Flash flood</event><responseType>Evacuate</responseType><urgency>Immediate</urgency>
<severity>Extreme</severity><certainty>Very Likely</certainty><audience>All</audience>
<eventCode><valueName>SAME</valueName><value>FFW</value></eventCode>
<effective>2026-03-01T18:00:00+00:00</effective><onset>2026-03-01T19:00:00+01:00</onset>
<expires>2026-03-01T21:00:00-00:00</expires><senderName>River office</senderName>
<headline>Flash flood warning</headline><description>Water rises&lt;br/&gt;quickly.</description>
<instruction>Go up.</instruction><web>https://river.example/1</web><contact>112</contact>
<parameter><valueName>a</valueName><value>1</value></parameter>
<parameter><valueName>a</valueName><value>2</value></parameter>
<resource><resourceDesc>map</resourceDesc><mimeType>image/png</mimeType><size>9</size>
<uri>https://river.example/m.png</uri><digest>00</digest></resource>
<area><areaDesc>Old Town; Quay</areaDesc><polygon>1,2 3,4 5,6 1,2</polygon><polygon>7,8 9,9 7,9 7,8</polygon>
<circle>1,2 3</circle><geocode><valueName>UGC</valueName><value>X1</value></geocode>
<geocode><valueName>UGC</valueName><value>X2</value></geocode><altitude>10</altitude><ceiling>20</ceiling></area>
<area><areaDesc>Mill Lane</areaDesc></area></info>"""


def alert(infos: str = INFO, namespace: str = NS, **fields: str) -> str:
    given = {
        **{"identifier": "A1", "sender": "river@example", "sent": "2026-03-01T18:00:00+00:00"},
        **{"status": "Actual", "msgType": "Alert", "scope": "Public"},
        **fields,
    }
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in given.items() if value)
    return f"<alert xmlns='{namespace}'>{inner}{infos}</alert>"


def read(text: str | bytes, lang: str = "en", address: str = "https://river.example/cap.xml") -> Parsed:
    body = text.encode() if isinstance(text, str) else text
    return parse(Document(body, source="river", lang=lang, address=address))


def only(text: str | bytes, lang: str = "en") -> tuple[Post, Hazard]:
    parsed = read(text, lang)
    (post,) = parsed.posts
    assert post.hazard is not None
    assert parsed.refusals == ()
    return post, post.hazard


def test_everything_in_an_alert_is_kept() -> None:
    post, hazard = only(alert())
    (info,) = hazard.infos
    assert (hazard.status, hazard.msg_type, hazard.scope) == ("Actual", "Alert", "Public")
    assert info.categories == ("Met", "Safety")
    assert (info.urgency, info.severity, info.certainty) == ("Immediate", "Extreme", "Likely")
    assert info.parameters == (("a", "1"), ("a", "2"))
    assert info.event_codes == (("SAME", "FFW"),)
    assert info.effective == info.onset == datetime(2026, 3, 1, 18, 0, tzinfo=UTC)
    assert info.expires == datetime(2026, 3, 1, 21, 0, tzinfo=UTC)
    assert info.resources[0].uri == "https://river.example/m.png"
    first, second = info.areas
    assert first.polygons == ("1,2 3,4 5,6 1,2", "7,8 9,9 7,9 7,8")
    assert (first.circles, first.geocodes) == (("1,2 3",), (("UGC", "X1"), ("UGC", "X2")))
    assert (first.altitude, first.ceiling, second.name) == ("10", "20", "Mill Lane")
    assert post.text == "Flash flood warning\nWater rises\nquickly.\nGo up."
    assert post.places_hint == ("Old Town", "Quay", "Mill Lane")
    assert (post.id, post.notes) == (hazard.key, ())


def test_two_spellings_of_one_moment_name_one_message() -> None:
    _, zulu = only(alert(sent="2026-03-01T18:00:00Z"))
    _, offset = only(alert(sent="2026-03-01T20:00:00+02:00"))
    assert zulu.key == offset.key


def test_references_name_the_messages_they_mean() -> None:
    _, first = only(alert())
    _, update = only(
        alert(
            identifier="A2", msgType="Update", references="river@example,A1,2026-03-01T19:00:00+01:00 x,y,z"
        ).replace(" x,y,z", "")
    )
    assert update.references == (first.key,)


def test_what_is_missing_or_odd_is_noted_and_drives_nothing() -> None:
    post, hazard = only(alert(status="", scope="", msgType="Update", sent="2026-03-01T18:00:00"))
    assert (hazard.status, hazard.scope) == ("Draft", "Restricted")
    assert {"it gives no status; taken as Draft", "it is an Update, but names no earlier alert"} <= set(
        post.notes
    )
    assert "its sent gives no offset and was taken as UTC" in post.notes
    post, hazard = only(alert(status="Perhaps", references="nonsense"))
    assert hazard.status == "Perhaps"
    assert len(post.notes) == 2


@pytest.mark.parametrize("status", ["Test", "Exercise", "exercise"])
def test_tests_and_exercises_stay_what_they_are(status: str) -> None:
    assert only(alert(status=status))[1].status == status.capitalize()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"identifier": ""}, "no identifier"),
        ({"sender": ""}, "no sender"),
        ({"sent": ""}, "when it was sent"),
        ({"sent": "date:now -2 minutes"}, "when it was sent"),
        ({"sent": "9999-12-31T23:59:59-14:00"}, "when it was sent"),
    ],
)
def test_an_alert_that_cannot_be_named_is_refused(fields: dict[str, str], words: str) -> None:
    parsed = read(alert(**fields))
    assert parsed.posts == ()
    assert words in parsed.refusals[0].reason


def test_the_words_are_in_the_asked_language_and_all_languages_are_kept() -> None:
    french = INFO.replace("en-GB", "fr-CA").replace("Flash flood warning", "Avis de crue")
    post, hazard = only(alert(INFO + french), lang="fr")
    assert post.text.startswith("Avis de crue")
    assert [info.language for info in hazard.infos] == ["en-GB", "fr-CA"]
    assert only(alert(INFO + french), lang="es")[0].text.startswith("Flash flood")


def test_version_1_0_writes_its_codes_another_way() -> None:
    info = (
        "<info><event>e</event><parameter>depth=2 m</parameter>"
        "<area><geocode>FIPS6=006017</geocode></area></info>"
    )
    _, hazard = only(alert(info, namespace="http://www.incident.com/cap/1.0", scope=""))
    assert hazard.scope == "Public"
    assert hazard.infos[0].parameters == (("depth", "2 m"),)
    assert hazard.infos[0].areas[0].geocodes == (("FIPS6", "006017"),)


def test_an_envelope_may_hold_several_alerts() -> None:
    inner = alert() + alert(identifier="A2") + alert(identifier="")
    parsed = read(f"<e:EDXLDistribution xmlns:e='urn:x:EDXL:DE:1.0'>{inner}</e:EDXLDistribution>")
    assert [post.hazard.identifier for post in parsed.posts if post.hazard] == ["A1", "A2"]
    assert len(parsed.refusals) == 1


def test_signatures_and_old_encodings_are_no_hindrance() -> None:
    signature = "<Signature xmlns='http://www.w3.org/2000/09/xmldsig#'><SignedInfo/></Signature></alert>"
    text = "<?xml version='1.0' encoding='iso-8859-1'?>" + alert(senderName="").replace("</alert>", signature)
    post, _ = only(text.replace("Old Town", "Île").encode("latin-1"))
    assert post.places_hint[0] == "Île"


def atom(entries: str) -> Parsed:
    return read(
        f"<feed xmlns='http://www.w3.org/2005/Atom' xmlns:cap='{NS}'><link href='/cap.xml'/>{entries}</feed>"
    )


def test_an_index_gives_the_links_to_its_alerts() -> None:
    parsed = atom(
        "<entry><id>1</id><link rel='alternate' type='text/html' href='/page'/>"
        "<link rel='related' type='application/cap+xml' href='/a1.xml'/></entry>"
        "<entry><id>2</id><link href='https://other.example/a2'/></entry>"
        "<entry><id>none</id><link href='/cap.xml'/></entry><entry><id>bare</id></entry>"
        "<entry><id>odd</id><link href='file:///etc/passwd'/></entry>"
    )
    assert parsed.links == ("https://river.example/a1.xml", "https://other.example/a2")
    assert [refusal.item for refusal in parsed.refusals] == ["none", "bare", "odd"]


def test_an_rss_index_gives_its_links_too() -> None:
    parsed = read(
        "<rss version='2.0'><channel><item><guid>1</guid><link>https://river.example/a1</link></item></channel></rss>"
    )
    assert parsed.links == ("https://river.example/a1",)


def test_an_alert_inside_an_entry_is_taken_from_there() -> None:
    parsed = atom(f"<entry><id>1</id><link href='/a1'/><content type='text/xml'>{alert()}</content></entry>")
    assert (len(parsed.posts), parsed.links) == (1, ())


def test_an_entry_with_the_alerts_fields_stands_in_for_it() -> None:
    parsed = atom(
        "<entry><id>https://nws.example/1</id><title>High Wind Warning</title><link href='/a1'/>"
        "<updated>2026-03-01T18:00:00Z</updated><author><name>NWS</name></author><summary>Windy.</summary>"
        "<cap:event>High Wind Warning</cap:event>"
        "<cap:status>Actual</cap:status><cap:msgType>Alert</cap:msgType>"
        "<cap:severity>Severe</cap:severity><cap:expires>2026-03-02T00:00:00Z</cap:expires>"
        "<cap:areaDesc>North; South</cap:areaDesc><cap:geocode><valueName>UGC</valueName><value>A B</value>"
        "<valueName>FIPS6</valueName><value>C</value></cap:geocode></entry>"
    )
    (post,) = parsed.posts
    assert (post.url,) == parsed.links
    assert post.hazard is not None
    (info,) = post.hazard.infos
    assert (info.event, info.severity) == ("High Wind Warning", "Severe")
    assert info.areas[0].geocodes == (("UGC", "A B"), ("FIPS6", "C"))
    assert post.places_hint == ("North", "South")
    assert "the full alert says more" in post.notes[0]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", "not well-formed"),
        (alert()[:-20], r"not well-formed XML \(line \d+, column \d+\)"),
        ("<html/>", "neither a CAP alert nor an index of them, but <html>"),
        ("<!DOCTYPE a [<!ENTITY x 'y'>]><alert>&x;</alert>", "entities of its own"),
        ("<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><alert>&x;</alert>", "entities of its own"),
        ("<?xml version='1.0' encoding='klingon'?><alert/>", "encoding"),
    ],
)
def test_what_is_no_alert_is_refused_as_a_whole(body: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read(body)
