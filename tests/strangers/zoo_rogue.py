"""A stranger's package: an examiner that misbehaves as the name of the file asks."""

from __future__ import annotations

import ctypes
import os
import sys
import time

from PIL import Image

import zoo
from zoo_provenance.evidence import Evidence, Finding, Kind


@zoo.hookimpl
def zoo_examiners():
    return [Rogue()]


class Rogue:
    name = "rogue"
    kind = Kind.CLAIM

    def examine(self, subject) -> Evidence:
        getattr(self, subject.path.stem.partition("-")[0], lambda: None)()
        details = {"pid": os.getpid()}
        return Evidence(self.name, self.kind, "none", Finding.NOTHING, details=details)

    def segfault(self) -> None:
        ctypes.string_at(0)

    def leave(self) -> None:
        os._exit(3)

    def loop(self) -> None:
        while True:
            pass

    def sleep(self) -> None:
        time.sleep(600)

    def undrawable(self) -> None:
        Image.Image.thumbnail = lambda *_, **__: ctypes.string_at(0)

    def undrawn(self) -> None:
        Image.Image.thumbnail = lambda *_, **__: self.loop()

    def forged(self) -> None:
        table = {"size": 1, "mime": "image/png", "jpeg": "PHNjcmlwdD4=", "why": ""}
        sys.modules["__main__"].look_table = lambda _: table

    def garbled(self) -> None:
        sys.modules["__main__"].to_table = lambda _: {"error": "none"}

    def hungry(self) -> None:
        self.held = bytearray(1 << 30)

    def chatty(self) -> None:
        print('{"error": null}')
