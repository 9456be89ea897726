"""Mail to a department, through the relay that the settings name (SMTP, RFC 5321).

Until DATA is said nothing has been said, so everything before it may be tried again. A connection that is
lost after it leaves the mail unknown: relays take a mail and lose the line before they can say so.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from contextlib import suppress
from ipaddress import ip_address
from ssl import SSLCertVerificationError

import httpcore
from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPServerDisconnected,
)

from feeds.addresses import MAIL_PORTS, AddressError
from feeds.channel import Channel, Message, Receipt
from feeds.http import Client
from feeds.keys import Keys
from feeds.mail import Mail, Relay, relay_of, write_mail
from feeds.said import quoted

STEP = 30.0
"""Seconds that a relay may take for one answer."""
TAKING = 120.0
"""Seconds that it may take for the mail itself: some look for viruses first."""
GOODBYE = 2.0


async def send(channel: Channel, message: Message, client: Client, keys: Keys) -> Receipt:
    """Hand a mail to the relay, once."""
    try:
        relay, mail = relay_of(channel.address), write_mail(channel, message)
    except ValueError as error:
        return Receipt("refused", f"Nothing was sent: {error}.")
    secret = keys.secret()
    smtp: SMTP | None = None
    try:
        smtp = await _opened(relay, mail, client)
        if secret:
            await smtp.login(mail.sender, secret)
        await smtp.mail(mail.sender)
        for recipient in mail.recipients:
            await smtp.rcpt(recipient)
        if not smtp.is_connected:
            raise SMTPServerDisconnected("it hung up")
    except (SMTPException, AddressError, OSError, httpcore.ConnectError, TimeoutError, ValueError) as error:
        if smtp:
            await _goodbye(smtp)
        return _not_said(relay, error)
    try:
        return await _handed_over(smtp, relay, mail)
    finally:
        await _goodbye(smtp)


async def read_back(channel: Channel, message: Message, client: Client, keys: Keys) -> Receipt:  # noqa: ARG001
    """Say that a mail cannot be looked for."""
    try:
        id_ = write_mail(channel, message).id
    except ValueError as error:
        return Receipt("unknown", f"A mail cannot be read back, nor can it be sent again as it is: {error}.")
    return Receipt(
        "unknown",
        f"A mail cannot be read back. Ask the department whether it has {id_}; if you send it again, it has "
        "the same Message-ID, and many mail programs show the two as one.",
        names=(id_,),
    )


async def _opened(relay: Relay, mail: Mail, client: Client) -> SMTP:
    """A connection to the relay: encrypted, with a certificate that this machine trusts, or to itself."""
    async with asyncio.timeout(STEP):
        sock = await _connected(await client.road.vetted(relay.host, relay.port, MAIL_PORTS), relay.port)
    smtp = SMTP(
        hostname=relay.host,
        sock=sock,
        use_tls=relay.tls,
        start_tls=not relay.tls and not _on_this_machine(sock),
        local_hostname=mail.sender.rpartition("@")[2],
        timeout=STEP,
    )
    try:
        await smtp.connect()
    except BaseException:
        sock.close()
        raise
    return smtp


def _on_this_machine(sock: socket.socket) -> bool:
    return ip_address(sock.getpeername()[0]).is_loopback


async def _connected(addresses: Sequence[str], port: int) -> socket.socket:
    last: OSError = OSError()
    for address in addresses:
        sock = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
        sock.setblocking(False)
        try:
            await asyncio.get_running_loop().sock_connect(sock, (address, port))
        except OSError as error:
            sock.close()
            last = error
        except BaseException:
            sock.close()
            raise
        else:
            return sock
    raise last


async def _handed_over(smtp: SMTP, relay: Relay, mail: Mail) -> Receipt:
    """Say the mail itself. From here on only the relay knows whether it has it."""
    heard = ", ".join(mail.recipients)
    try:
        await smtp.data(mail.content, timeout=TAKING)
    except SMTPResponseException as error:
        if 400 <= error.code < 600:
            return _not_said(relay, error)
        why = f"gave an answer that is none{quoted(error.message)}"
    except TimeoutError:
        why = f"did not say within {TAKING:g} seconds whether it took the mail"
    except (SMTPException, OSError):
        why = "hung up while it was given the mail"
    else:
        text = f"{relay.host} took the mail for {heard}. Whether it was read is not known."
        return Receipt("confirmed", text, names=(mail.id,))
    return Receipt(
        "unknown",
        f"{relay.host} {why}; {heard} may have it. Ask the department whether it has {mail.id} before you "
        "send it again.",
        names=(mail.id,),
    )


def _not_said(relay: Relay, error: Exception) -> Receipt:
    """What came of a try that ended before anything was said, or with a plain no."""
    if isinstance(error, SMTPResponseException):
        return _no(relay, error)
    if isinstance(error, AddressError):
        return Receipt("refused", f"Nothing was sent: {error}.")
    if _untrusted(error):
        return Receipt("refused", f"{relay.host} shows no valid certificate. Nothing was sent.")
    if isinstance(error, OSError | httpcore.ConnectError):
        text = "cannot be reached, or hung up, before the mail was said. Nothing was sent yet."
        return Receipt("later", f"{relay.host} {text}")
    return Receipt("refused", f"{relay.host} cannot be spoken with{quoted(str(error))}. Nothing was sent.")


def _no(relay: Relay, error: SMTPResponseException) -> Receipt:
    match error:
        case SMTPRecipientRefused():
            what, mend = f"does not take mail for {error.recipient}", "; check that mailbox"
        case SMTPAuthenticationError():
            what, mend = "does not accept the login", "; check the channel's account and its key"
        case _:
            what, mend = "does not take the mail", ""
    words = quoted(f"{error.code} {error.message}")
    if 500 <= error.code < 600:
        return Receipt("refused", f"{relay.host} {what}{words}. Nothing was sent{mend}.")
    return Receipt("later", f"{relay.host} {what} now{words}. Nothing was sent yet.")


def _untrusted(error: BaseException | None) -> bool:
    while error is not None and not isinstance(error, SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return error is not None


async def _goodbye(smtp: SMTP) -> None:
    with suppress(SMTPException, OSError):
        await smtp.quit(timeout=GOODBYE)
    smtp.close()
