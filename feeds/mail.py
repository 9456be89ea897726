"""A message of the desk as a mail (RFC 5322), and the relay that an address names. Pure.

Nothing that goes into a header can end it: control characters become spaces, mailboxes have the plain form,
and what looks like an encoded word is taken apart (Python before 3.11.10 writes the line break that one holds
into the header as it is, CVE-2024-6923).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.headerregistry import Address, HeaderRegistry, MessageIDHeader
from email.message import EmailMessage
from email.policy import SMTP

from feeds.addresses import AddressError, check_address
from feeds.channel import Channel, Message

LONGEST_SUBJECT = 200
"""Characters; mail programs show fewer."""
PORTS = {"smtp": 587, "smtps": 465}
"""Submission, and submission over TLS (RFC 8314)."""

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_MAILBOX = re.compile(
    rf"(?:(?P<name>[^<>,]*)<)?(?P<local>{_ATOM}(?:\.{_ATOM})*)@(?P<domain>{_LABEL}(?:\.{_LABEL})*)(?(name)>)"
)
_MESSAGE_ID = re.compile(r"<[!-;=?-~]+@[!-;=?-~]+>")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")

# The stock policy folds an id of more than a line as if it were text, which nobody finds again.
_HEADERS = HeaderRegistry()
for _name in ("in-reply-to", "references"):
    _HEADERS.map_to_type(_name, MessageIDHeader)  # type: ignore[arg-type]  # a mixin, as it wants
_POLICY = SMTP.clone(cte_type="7bit", header_factory=_HEADERS)


@dataclass(frozen=True, slots=True)
class Relay:
    """A server that takes mail, as a channel's address names it."""

    host: str
    port: int
    tls: bool
    """From the first byte; else by STARTTLS."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail, whole: what is said to the relay about it, and its bytes."""

    id: str
    """Its Message-ID, with the brackets."""
    sender: str
    recipients: tuple[str, ...]
    content: bytes


def relay_of(address: str) -> Relay:
    """The relay behind `smtp://host:port` or `smtps://host:port`.

    Raises:
        ValueError: when it is no such address, as a clause.
    """
    scheme, _, rest = address.partition("://")
    usual = PORTS.get(scheme.lower())
    try:
        parts = check_address(f"https://{rest}")
    except AddressError:
        usual = None
    if usual is None or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("the channel's address is no relay; write it like smtp://mail.town.example:587")
    return Relay(parts.hostname or "", parts.port or usual, scheme.lower() == "smtps")


def write_mail(channel: Channel, message: Message) -> Mail:
    """Write the mail for a message: the same bytes at every try.

    Raises:
        ValueError: when nobody can send or hear it so, as a clause.
    """
    sender = _mailbox(channel.account, "comes from (account)")
    recipients = tuple(
        _mailbox(one, "goes to (to)") for one in (message.to or channel.to).split(",") if one.strip()
    )
    if not recipients:
        raise ValueError("neither the message nor the channel says which mailbox it goes to")
    mail = EmailMessage(policy=_POLICY)
    id_ = f"<{message.key}@{sender.domain}>"
    mail["From"] = sender
    mail["To"] = recipients
    mail["Subject"] = _line(message.title or message.text.partition("\n")[0])[:LONGEST_SUBJECT]
    mail["Date"] = message.at
    mail["Message-ID"] = id_
    parent = next((name for name in message.reply_to if _MESSAGE_ID.fullmatch(name)), "")
    if parent:
        mail["In-Reply-To"] = parent
        mail["References"] = parent
    # A person wrote it and wants an answer (RFC 3834, 5).
    mail["Auto-Submitted"] = "no"
    mail.set_content(_body(message), charset="utf-8")
    if _LANGUAGE.fullmatch(message.lang):
        mail["Content-Language"] = message.lang
    return Mail(id_, sender.addr_spec, tuple(one.addr_spec for one in recipients), mail.as_bytes())


def _mailbox(text: str, which: str) -> Address:
    found = _MAILBOX.fullmatch(text.strip())
    if not found:
        shown = _line(text)[:80] or "nothing"
        raise ValueError(
            f"the mailbox that it {which} is {shown}; write it like desk@town.example, in plain letters"
        )
    return Address(_line(found["name"] or "").strip('" '), found["local"], found["domain"])


def _body(message: Message) -> str:
    told = [
        f"{name.replace('_', ' ').capitalize()}: {_line(value)}" for name, value in message.fields if value
    ]
    text = message.text.strip("\n") + "\n"
    return (text + "\n" + "\n".join(told) + "\n" if told else text).encode("utf-8", "replace").decode()


def _line(text: str) -> str:
    """A text as one line that means nothing but itself inside a header."""
    return " ".join(_CONTROLS.sub(" ", text).split()).replace("=?", "= ?")
