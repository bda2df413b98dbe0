"""For those who write plugins: checks that what they bring keeps Zoo's contracts, and fixtures.

``check_generator(card)`` and its sisters raise :class:`zoo.errors.ContractError`, which lists what
holds and what does not. The fixtures of :mod:`zoo.testing.fixtures` are there for pytest as soon as
Zoo is installed. Importing this imports neither torch nor c2pa.
"""
