"""The soft binding of a manifest: only an id as we write it is read."""

from __future__ import annotations

import pytest

from zoo_provenance.softbinding import ALGORITHM, SoftBinding, assertion, binding_of


@pytest.mark.parametrize("own_key", [False, True])
def test_what_is_written_is_read(own_key: bool) -> None:
    binding = SoftBinding(0xA1B2C3D4, own_key)
    assert binding_of(assertion(binding)["data"]) == binding


@pytest.mark.parametrize("value", ["-00000000a", "1_000_0000", "A1B2C3D4E5", "a1b2", "", 7, None])
def test_anything_else_is_no_id(value: object) -> None:
    assert binding_of({"alg": ALGORITHM, "blocks": [{"scope": {}, "value": value}]}) is None
    assert binding_of({"alg": "com.example", "blocks": [{"value": "00a1b2c3d4"}]}) is None
    assert binding_of({"alg": ALGORITHM, "blocks": "x"}) is None
