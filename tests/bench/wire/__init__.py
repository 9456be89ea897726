"""What the desk sends to the terminal, beside the lean programs that people use over SSH today."""
