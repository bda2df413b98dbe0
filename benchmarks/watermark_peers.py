"""Other programs' watermarks, each behind the same two functions."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from functools import partial

import numpy as np
from attacks import Pixels

BITS = 40


def _to_bits(payload: int, count: int) -> list[int]:
    return [payload >> i & 1 for i in range(count - 1, -1, -1)]


def _from_bits(bits: object) -> int:
    return int("".join(str(int(b)) for b in np.asarray(bits).ravel()), 2)


def _invisible(method: str, bits: int) -> tuple[Callable, Callable]:
    """invisible-watermark, as Stable Diffusion's own code uses it."""
    import cv2
    from imwatermark import WatermarkDecoder, WatermarkEncoder

    if method == "rivaGan":
        WatermarkEncoder.loadModel()

    def put(pixels: Pixels, payload: int) -> Pixels:
        encoder = WatermarkEncoder()
        encoder.set_watermark("bits", _to_bits(payload & ((1 << bits) - 1), bits))
        bgr = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
        return cv2.cvtColor(encoder.encode(bgr, method), cv2.COLOR_BGR2RGB)

    def get(pixels: Pixels) -> int | None:
        decoder = WatermarkDecoder("bits", bits)
        try:
            return _from_bits(decoder.decode(cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), method))
        except RuntimeError:  # "image too small, should be larger than 256x256"
            return None

    return put, get


def _blind() -> tuple[Callable, Callable]:
    """blind-watermark (DWT, DCT and SVD)."""
    multiprocessing.set_start_method(None, force=True)  # it insists on setting this itself
    import blind_watermark
    import cv2

    blind_watermark.bw_notes.close()

    def put(pixels: Pixels, payload: int) -> Pixels:
        mark = blind_watermark.WaterMark(password_img=1, password_wm=1)
        mark.read_img(img=cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))
        mark.read_wm(np.array(_to_bits(payload, BITS), bool), mode="bit")
        out = np.clip(np.rint(mark.embed()), 0, 255).astype(np.uint8)
        return cv2.cvtColor(out, cv2.COLOR_BGR2RGB)

    def get(pixels: Pixels) -> int | None:
        mark = blind_watermark.WaterMark(password_img=1, password_wm=1)
        bgr = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
        try:
            return _from_bits(mark.extract(embed_img=bgr, wm_shape=BITS, mode="bit") > 0.5)
        except (IndexError, AssertionError, ValueError):  # too small for its blocks
            return None

    return put, get


PEERS: dict[str, Callable[[], tuple[Callable, Callable]]] = {
    "invisible-watermark dwtDct": partial(_invisible, "dwtDct", BITS),
    "invisible-watermark dwtDctSvd": partial(_invisible, "dwtDctSvd", BITS),
    "invisible-watermark rivaGan": partial(_invisible, "rivaGan", 32),
    "blind-watermark": _blind,
}
