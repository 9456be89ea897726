"""Mail against an SMTP server that others wrote (aiosmtpd), with the moods that relays have."""

from __future__ import annotations

import asyncio
import re
import ssl
import subprocess
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from hypothesis import given
from hypothesis import strategies as st

from feeds import speak_mail
from feeds.channel import Channel, Message, Receipt
from feeds.http import Client
from feeds.keys import NO_KEYS, Keys
from feeds.mail import relay_of, write_mail

KEY = "k7f3a-mill-street"
AT = datetime(2026, 3, 1, 18, 4, tzinfo=UTC)
CHANNEL = Channel(
    "works", "mail", "smtp://127.0.0.1:25", "Duty desk <desk@town.example>", to="works@town.example"
)
MESSAGE = Message(KEY, AT, "Tree down on Mill Street, Grüße.\n.\nNobody hurt.", title="Tree down", lang="en")
SECRET = "canary-password-7f3a"


@dataclass
class Relay:
    """What the server was told, and how it answers; a hook of aiosmtpd each."""

    port: int = 0
    mails: list[Envelope] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    at_mail: str = ""
    at_recipient: str = ""
    at_data: str = ""

    async def _say(self, server: SMTP, answer: str) -> str:
        if answer == "hang up":
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
            return "421 gone"
        if answer == "wait":
            await asyncio.sleep(30)
        return answer

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return await self._say(server, self.at_mail or "250 OK")

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.at_recipient and "works" not in address:
            return await self._say(server, self.at_recipient)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.encrypted.append(session.ssl is not None)
        if self.at_data[:1] not in "45" or not self.at_data:
            self.mails.append(envelope)
        return await self._say(server, self.at_data or "250 taken")

    def login(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append(data.login.decode())
        return AuthResult(success=data.password.decode() == SECRET, handled=False)

    def mail(self) -> EmailMessage:
        (envelope,) = self.mails
        assert isinstance(envelope.content, bytes)
        read = message_from_bytes(envelope.content, policy=POLICY)
        assert isinstance(read, EmailMessage)
        return read


@asynccontextmanager
async def relay(
    *, tls: ssl.SSLContext | None = None, starttls: ssl.SSLContext | None = None, logins: bool = False
) -> AsyncIterator[Relay]:
    told = Relay()
    protocols: list[SMTP] = []

    def protocol() -> SMTP:
        protocols.append(
            SMTP(
                told,
                hostname="relay.example",
                tls_context=starttls,
                authenticator=told.login if logins else None,
                auth_require_tls=False,
                auth_exclude_mechanism=[] if logins else ["LOGIN", "PLAIN"],
                loop=asyncio.get_running_loop(),
            )
        )
        return protocols[-1]

    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0, ssl=tls)
    told.port = server.sockets[0].getsockname()[1]
    try:
        yield told
    finally:
        server.close()
        for one in protocols:
            if isinstance(one.transport, asyncio.Transport):
                one.transport.abort()
        await asyncio.sleep(0.01)


async def here(host: str, port: int) -> Sequence[str]:
    return ("127.0.0.1",)


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    async with Client(
        user_agent="watchfloor/1", allow=["127.0.0.1", "relay.example"], resolve=here
    ) as client:
        yield client


async def sent(
    told: Relay,
    client: Client,
    message: Message = MESSAGE,
    *,
    scheme: str = "smtp",
    keys: Keys = NO_KEYS,
    changes: dict[str, str] | None = None,
) -> Receipt:
    given = {"address": f"{scheme}://relay.example:{told.port}"} | (changes or {})
    return await speak_mail.send(replace(CHANNEL, **given), message, client, keys)  # type: ignore[arg-type]


async def test_a_mail_arrives_as_it_was_written(client: Client) -> None:
    async with relay() as told:
        fields = (("incident", "42"), ("place", "Mill\nStreet"), ("link", ""))
        receipt = await sent(told, client, replace(MESSAGE, fields=fields))
        mail = told.mail()
    assert receipt == Receipt(
        "confirmed",
        "relay.example took the mail for works@town.example. Whether it was read is not known.",
        names=(f"<{KEY}@town.example>",),
    )
    assert (told.mails[0].mail_from, told.mails[0].rcpt_tos) == ("desk@town.example", ["works@town.example"])
    assert mail["From"] == "Duty desk <desk@town.example>"
    assert mail["Date"].datetime == AT
    assert mail["Subject"] == "Tree down"
    assert (mail["Auto-Submitted"], mail["Content-Language"]) == ("no", "en")
    assert mail.get_content().replace("\r\n", "\n") == f"{MESSAGE.text}\n\nIncident: 42\nPlace: Mill Street\n"


async def test_a_follow_up_names_what_it_follows_however_long_that_name_is(client: Client) -> None:
    parent = f"<{'a' * 90}@mail.example>"
    message = replace(MESSAGE, reply_to=("ticket 7", parent))
    async with relay() as told:
        await sent(told, client, message)
        assert (told.mail()["In-Reply-To"], told.mail()["References"]) == (parent, parent)
        content = told.mails[0].content
    # As it is, not as encoded words that happen to mean it.
    assert isinstance(content, bytes)
    assert content.count(parent.encode()) == 2


async def test_a_repeat_is_the_same_to_the_byte(client: Client) -> None:
    async with relay() as told:
        await sent(told, client)
        await sent(told, client)
    first, again = (envelope.content for envelope in told.mails)
    assert first == again


LINES = st.text(st.sampled_from('aé\r\n\x0b\x0c\x1e\x85\u2028\x00:<>@,"=?_ '), max_size=30)


@given(title=LINES, lang=LINES, parent=LINES, text=LINES, name=LINES)
def test_nothing_that_is_said_becomes_a_header(
    title: str, lang: str, parent: str, text: str, name: str
) -> None:
    evil = "=?utf-8?q?x=0D=0ABcc:_all@town.example?="
    message = Message(
        KEY, AT, text + evil, evil + title, lang=lang, reply_to=(parent, evil), fields=((name, evil),)
    )
    try:
        mail = write_mail(replace(CHANNEL, account=f"{name}{evil}<desk@town.example>"), message)
    except ValueError:
        mail = write_mail(CHANNEL, message)
    head = mail.content.partition(b"\r\n\r\n")[0]
    allowed = (
        b"From: To: Subject: Date: Message-ID: Auto-Submitted: Content-Language: Content-Type: MIME-Version: "
        b"Content-Transfer-Encoding:"
    ).split()
    assert [line for line in head.splitlines() if not line.startswith((b" ", *allowed))] == []
    assert all(len(line) <= 998 for line in mail.content.splitlines())


@pytest.mark.parametrize(
    ("changes", "clause"),
    [
        ({"account": ""}, r"the mailbox that it comes from \(account\) is nothing"),
        ({"account": "desk@town.example\r\nBcc: x@y.example"}, "comes from"),
        ({"to": "Größe@town.example"}, r"goes to \(to\) is Größe@town.example"),
        ({"to": ""}, "neither the message nor the channel says"),
        ({"address": "https://relay.example"}, "is no relay; write it like smtp://"),
        ({"address": "smtp://desk:pw@relay.example"}, "is no relay"),
        ({"address": "smtp://relay.example/inbox"}, "is no relay"),
    ],
)
async def test_a_mail_that_cannot_be_right_is_refused_before_anybody_is_asked(
    client: Client, changes: dict[str, str], clause: str
) -> None:
    async with relay() as told:
        receipt = await sent(told, client, changes=changes)
    assert receipt.outcome == "refused"
    assert re.search(clause, receipt.says)
    assert told.mails == []


def test_a_relay_has_the_usual_ports() -> None:
    assert [relay_of(address).port for address in ("smtp://a.example", "smtps://a.example")] == [587, 465]


@pytest.mark.parametrize(
    ("moods", "outcome", "words"),
    [
        ({"at_mail": "451 busy"}, "later", 'does not take the mail now: "451 busy". Nothing was sent yet.'),
        ({"at_mail": "550 no relaying"}, "refused", 'does not take the mail: "550 no relaying"'),
        ({"at_mail": "hang up"}, "later", "hung up, before the mail was said. Nothing was sent yet."),
        (
            {"at_recipient": "550 no such mailbox"},
            "refused",
            'does not take mail for fire@town.example: "550 no such mailbox". Nothing was sent; check',
        ),
        ({"at_recipient": "450 greylisted"}, "later", "does not take mail for fire@town.example now"),
        ({"at_data": "452 disk full"}, "later", "452 disk full"),
        ({"at_data": "554 spam"}, "refused", "554 spam"),
        ({"at_data": "hang up"}, "unknown", "hung up while it was given the mail; works@town.example"),
        ({"at_data": "wait"}, "unknown", "did not say within 0.2 seconds whether it took the mail"),
        ({"at_data": "999 what"}, "unknown", "gave an answer that is none"),
    ],
)
async def test_what_a_relay_says_is_told_as_it_is(
    client: Client, monkeypatch: pytest.MonkeyPatch, moods: dict[str, str], outcome: str, words: str
) -> None:
    monkeypatch.setattr(speak_mail, "TAKING", 0.2)
    async with relay() as told:
        for name, mood in moods.items():
            setattr(told, name, mood)
        receipt = await sent(told, client, changes={"to": "works@town.example, fire@town.example"})
    assert receipt.outcome == outcome
    assert words in receipt.says
    assert bool(receipt.names) == (outcome == "unknown")
    if outcome == "later":
        assert told.mails == []


async def test_a_relay_that_is_not_there_is_asked_later(client: Client) -> None:
    async with relay() as told:
        pass
    receipt = await sent(told, client)
    assert (receipt.outcome, receipt.retry_after) == ("later", 0.0)
    assert "cannot be reached" in receipt.says


async def test_a_relay_inside_is_spoken_with_only_where_the_settings_allow_it() -> None:
    async with relay() as told, Client(user_agent="watchfloor/1", resolve=here) as client:
        receipt = await sent(told, client)
    assert receipt.outcome == "refused"
    assert "name it in network.allow" in receipt.says
    assert told.mails == []


async def test_a_relay_with_a_login_is_told_it_and_nobody_else(client: Client) -> None:
    async with relay(logins=True) as told:
        good = await sent(told, client, keys=Keys(secret=lambda: SECRET))
        bad = await sent(told, client, keys=Keys(secret=lambda: "wrong-password"))
    assert (good.outcome, bad.outcome) == ("confirmed", "refused")
    assert set(told.logins) == {"desk@town.example"}
    assert "does not accept the login" in bad.says
    assert "wrong-password" not in bad.says


async def test_a_login_that_a_relay_does_not_know_is_a_sentence(client: Client) -> None:
    async with relay() as told:
        receipt = await sent(told, client, keys=Keys(secret=lambda: SECRET))
    assert receipt.outcome == "refused"
    assert "No suitable authentication method found" in receipt.says


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for relay.example that it signed itself, in one file."""
    file = tmp_path_factory.mktemp("tls") / "relay.pem"
    asked = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=relay.example"
    more = ["-addext", "subjectAltName=DNS:relay.example", "-keyout", str(file), "-out", f"{file}.crt"]
    subprocess.run(["openssl", *asked.split(), *more], check=True, capture_output=True, timeout=30)
    file.write_bytes(file.read_bytes() + Path(f"{file}.crt").read_bytes())
    return file


def serving(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
@pytest.mark.parametrize("trusted", [True, False])
async def test_a_relay_elsewhere_must_show_a_certificate(
    client: Client, certificate: Path, monkeypatch: pytest.MonkeyPatch, scheme: str, trusted: bool
) -> None:
    monkeypatch.setattr(speak_mail, "_on_this_machine", lambda _sock: False)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = serving(certificate)
    async with relay(
        tls=context if scheme == "smtps" else None, starttls=context if scheme == "smtp" else None
    ) as told:
        receipt = await sent(told, client, scheme=scheme)
    if trusted:
        assert (receipt.outcome, len(told.mails)) == ("confirmed", 1)
    else:
        assert receipt.says == "relay.example shows no valid certificate. Nothing was sent."
        assert (receipt.outcome, told.mails) == ("refused", [])


async def test_a_relay_elsewhere_that_cannot_encrypt_is_told_nothing(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speak_mail, "_on_this_machine", lambda _sock: False)
    async with relay() as told:
        receipt = await sent(told, client)
    assert (receipt.outcome, told.mails) == ("refused", [])
    assert "STARTTLS extension not supported" in receipt.says


async def test_a_mail_cannot_be_read_back(client: Client) -> None:
    receipt = await speak_mail.read_back(CHANNEL, MESSAGE, client, NO_KEYS)
    assert (receipt.outcome, receipt.names) == ("unknown", (f"<{KEY}@town.example>",))
    assert "cannot be read back" in receipt.says
