"""Signing in with an app password, seldom: a server takes 300 logins a day, so a session is kept."""

from __future__ import annotations

import re
from dataclasses import dataclass

import msgspec

from feeds.addresses import host_of
from feeds.bluesky import xrpc
from feeds.http import Answer, Client
from feeds.json_text import list_of, object_of, read_json, text_of
from feeds.keys import Keys
from feeds.sending import Reply
from feeds.source import SourceError

OVER = frozenset({"ExpiredToken", "InvalidToken"})
"""Errors of a token that was good once (a PDS says 400 for both, not 401)."""
Query = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Tokens:
    access: str
    refresh: str
    did: str = ""
    service: str = ""
    """The account's own server, where it is another one than it signed in at."""


class Reader:
    """Asks a server, signed in as `account` where one is given."""

    def __init__(self, origin: str, account: str, client: Client, keys: Keys) -> None:
        self._origin, self._account = origin, account
        self._client, self._keys = client, keys
        self._tokens = _kept(keys) if account else None

    async def get(self, method: str, query: Query = (), *, urgent: bool = False) -> Answer:
        """Ask a query; a session that has run out is renewed once, and one that cannot be is begun anew once.

        Raises:
            SourceError: with a sentence, also for a password that is not accepted.
        """
        try:
            return await self._get(method, query, urgent=urgent)
        except SourceError as error:
            raise _named(error) from None

    async def _get(self, method: str, query: Query, *, urgent: bool) -> Answer:
        if not self._account:
            return await self._client.get(xrpc(self._origin, method, query), urgent=urgent)
        fresh = self._tokens is None
        if self._tokens is None:
            await self._log_in()
        try:
            return await self._signed(method, query, urgent=urgent)
        except SourceError as error:
            if fresh or not _is_over(error):
                raise
        await self._renew()
        return await self._signed(method, query, urgent=urgent)

    async def did(self) -> str:
        """The DID that it is signed in as.

        Raises:
            SourceError: when there is no session to be had.
        """
        if self._tokens is None or not self._tokens.did:
            await self._log_in()
        assert self._tokens is not None
        return self._tokens.did

    async def send(self, method: str, body: bytes) -> Reply:
        """Call a procedure once, signed in; where that is refused because the session has run out, once more.

        Raises:
            SourceError: when there is no session to be had; nothing was sent then.
            NotSent: as `Client.send` does, and `Doubtful` likewise.
        """
        fresh = self._tokens is None
        await self.did()
        reply = await self._sent(method, body)
        if fresh or not _is_over(reply):
            return reply
        await self._renew()
        return await self._sent(method, body)

    async def _sent(self, method: str, body: bytes) -> Reply:
        assert self._tokens is not None
        address = xrpc(self._tokens.service or self._origin, method)
        return await self._client.send("POST", address, body, token=self._tokens.access)

    async def _signed(self, method: str, query: Query, *, urgent: bool) -> Answer:
        assert self._tokens is not None
        address = xrpc(self._tokens.service or self._origin, method, query)
        return await self._client.get(address, token=self._tokens.access, urgent=urgent)

    async def _renew(self) -> None:
        assert self._tokens is not None
        address = xrpc(self._tokens.service or self._origin, "com.atproto.server.refreshSession")
        try:
            answer = await self._client.post(address, b"", token=self._tokens.refresh)
        except SourceError as error:
            if error.status not in (400, 401):
                raise
            await self._log_in()
        else:
            self._take(answer)

    async def _log_in(self) -> None:
        password = self._keys.secret()
        host = host_of(self._origin)
        if not password:
            raise SourceError(
                f"There is no app password for {self._account}: put one where `watchfloor doctor` says.",
                lasting=True,
            )
        body = msgspec.json.encode({"identifier": self._account, "password": password})
        try:
            answer = await self._client.post(xrpc(self._origin, "com.atproto.server.createSession"), body)
        except SourceError as error:
            if error.status in (400, 401):
                raise SourceError(
                    f"{host} does not accept the app password of {self._account}: make a new one and put it "
                    "in its place.",
                    lasting=True,
                    retry_after=WRONG_PASSWORD,
                    status=error.status,
                ) from None
            raise
        self._take(answer)

    def _take(self, answer: Answer) -> None:
        try:
            given = object_of(read_json(answer.body))
        except ValueError:
            raise SourceError(
                f"{host_of(self._origin)} answered the sign-in with a page in place of a session; it is "
                "tried again. If that goes on, check the address in the settings."
            ) from None
        services = [object_of(one) for one in list_of(object_of(given.get("didDoc")).get("service"))]
        own = next(
            (text_of(one.get("serviceEndpoint")) for one in services if one.get("id") == "#atproto_pds"), ""
        )
        tokens = _Tokens(
            text_of(given.get("accessJwt")),
            text_of(given.get("refreshJwt")),
            text_of(given.get("did")),
            own.rstrip("/") if own.startswith(("https://", "http://")) else "",
        )
        if not tokens.access or not tokens.refresh:
            raise SourceError(f"{host_of(self._origin)} gave no session.", lasting=True)
        self._tokens = tokens
        self._keys.keep(msgspec.json.encode(tokens).decode())


WRONG_PASSWORD = 900.0
"""Seconds until a password that was refused is tried again: thirty tries in five minutes lock an account."""


def _is_over(answer: SourceError | Reply) -> bool:
    return answer.status == 401 or (answer.status == 400 and code_of(answer) in OVER)


def code_of(answer: SourceError | Reply) -> str:
    """The server's own name for what is wrong (`NotFound`, `BlockedActor`), nothing where it gives none."""
    try:
        code = text_of(object_of(read_json(answer.body)).get("error"))
    except ValueError:
        return ""
    return code if re.fullmatch(r"[A-Za-z]{1,40}", code) else ""


def _named(error: SourceError) -> SourceError:
    """The same with the server's own name for it: a status of 400 alone says nothing."""
    if error.status == 400 and (code := code_of(error)):
        error.args = (f"{str(error).removesuffix('.')} ({code}).",)
    return error


def _kept(keys: Keys) -> _Tokens | None:
    try:
        return msgspec.json.decode(keys.session(), type=_Tokens)
    except msgspec.DecodeError:
        return None
