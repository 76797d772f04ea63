"""The values that ports exchange; all are frozen and compare by content."""
