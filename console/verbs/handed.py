"""What was handed to departments, as a shell reads it: from the database, without the service."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from console.verbs.call import Call

if TYPE_CHECKING:
    from console.store.connect import Connection
    from console.work import Ticket

STATE_WORDS = {
    "asked": "the report is on its way",
    "sent": "the report arrived; nobody has taken it yet",
    "acknowledged": "taken",
    "open": "they have a case for it",
    "closed": "closed there, which does not say that it is mended",
    "refused": "they do NOT have it",
}


@contextmanager
def opened(call: Call) -> Iterator[Connection]:
    """The database, for `console.store.tickets`; raises `StoreError`."""
    from console.store.connect import DatabaseError, as_store_error, open_readonly

    path = call.paths.database
    try:
        connection, _ = open_readonly(path)
        with closing(connection):
            yield connection
    except DatabaseError as error:
        raise as_store_error(error, path) from error


def ticket_line(ticket: Ticket) -> str:
    """A ticket in one line: whose, as what, how it stands, and what one has to know."""
    number = f" as number {ticket.number}" if ticket.number else ""
    status = f', status "{ticket.status}"' if ticket.status else ""
    notes = f": {ticket.notes}" if ticket.notes else ""
    by = f", acknowledged by {ticket.acknowledged_by}" if ticket.acknowledged_by else ""
    says = f" {ticket.says}" if ticket.says else ""
    return f"{ticket.id}, {ticket.route}{number}: {STATE_WORDS[ticket.state]}{status}{notes}{by}.{says}"
