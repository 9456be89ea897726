"""What an operator may do, and what comes of it: decisions over values, no database, no network, no screen."""
