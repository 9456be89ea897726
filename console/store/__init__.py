"""The SQLite cache: the only room that speaks SQL. One writer, many readers."""
