"""What has to be done and why, decided without doing any of it."""
