"""The process that keeps one deployment: standard library alone, so that it starts at once and stays small."""
