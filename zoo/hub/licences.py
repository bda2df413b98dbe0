"""Licences by the names that the Hub's filter knows (https://huggingface.co/docs/hub/
repositories-licenses)."""

from __future__ import annotations

import re

_KNOWN = """
    afl-3.0 agpl-3.0 apache-2.0 artistic-2.0 bigcode-openrail-m bigscience-openrail-m bsd
    bsd-2-clause bsd-3-clause bsd-3-clause-clear bsl-1.0 c-uda cc cc-by-2.0 cc-by-2.5 cc-by-3.0
    cc-by-4.0 cc-by-nc-2.0 cc-by-nc-3.0 cc-by-nc-4.0 cc-by-nc-nd-3.0 cc-by-nc-nd-4.0
    cc-by-nc-sa-2.0 cc-by-nc-sa-3.0 cc-by-nc-sa-4.0 cc-by-nd-4.0 cc-by-sa-3.0 cc-by-sa-4.0
    cc0-1.0 cdla-permissive-1.0 cdla-permissive-2.0 cdla-sharing-1.0 creativeml-openrail-m ecl-2.0
    epl-1.0 epl-2.0 etalab-2.0 eupl-1.1 eupl-1.2 gfdl gpl gpl-2.0 gpl-3.0 isc lgpl lgpl-2.1
    lgpl-3.0 lppl-1.3c mit mpl-2.0 ms-pl ncsa odbl odc-by ofl-1.1 openrail openrail++ osl-3.0 pddl
    postgresql unlicense wtfpl zlib
""".split()  # noqa: SIM905


def licence_fields(licence: str | None) -> dict[str, str]:
    """The metadata fields of a model card for a licence: its name on the Hub, or else ``other``
    with the name that it has. Nothing for None."""
    if licence is None:
        return {}
    name = licence.strip().lower()
    for known in (name, name.removesuffix("-only"), name.removesuffix("-or-later")):
        if known in _KNOWN:
            return {"license": known}
    return {
        "license": "other",
        "license_name": re.sub(r"[^a-z0-9.]+", "-", name).strip("-.")[:60] or "own",
    }
