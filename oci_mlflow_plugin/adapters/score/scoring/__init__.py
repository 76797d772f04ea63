"""Files that are put into every runtime artifact; never imported by the project itself."""
