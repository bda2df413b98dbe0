"""``python -m zoo_cli`` is ``zoo``."""

from .main import main

main()
