"""The cache of packs in the home folder."""
