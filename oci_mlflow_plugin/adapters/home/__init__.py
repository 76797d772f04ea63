"""This machine's state: the home folder, and what keeps it whole when several commands work in it at once."""
