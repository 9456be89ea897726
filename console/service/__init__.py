"""The one writer: it fetches, judges, stores, and answers desks on a Unix socket."""
