"""One module a group of verbs; each says what the shell gets, and leaves the work to the rooms."""
