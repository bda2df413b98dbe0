"""A study's summary for people: tables in a terminal, or a page of HTML.

- ``tables``: what both show; ``found`` and ``trust`` fill them
- ``figure``: estimates with their intervals, drawn
- ``page``: writing the page
"""
