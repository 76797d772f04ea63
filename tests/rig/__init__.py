"""Real parts that tests work with: a conda channel, and what other packages beside it bring."""
