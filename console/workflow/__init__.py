"""What an operator may do, and what comes of it: decisions over values; touches neither disk nor screen."""
