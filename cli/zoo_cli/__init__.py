"""The ``zoo`` command: parsing and printing, one command a file."""
