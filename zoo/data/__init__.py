"""Data sets for training: preparing them, packed on the disk, with a card that says what is in."""
