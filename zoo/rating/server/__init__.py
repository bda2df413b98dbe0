"""The page on which people rate, and the server behind it. Needs the extra ``[rate]``."""
