"""The XMP packet that declares a picture's digital source type and its terms of use.

IPTC Photo Metadata Standard 2023.1, properties ``Iptc4xmpExt:DigitalSourceType`` and
``plus:DataMining``; XMP part 1 (ISO 16684-1), sections 7 and 8.
"""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from .terms import DC, MINING_PROHIBITED, PLUS, XMP_RIGHTS

MAX_BYTES = 1 << 20
NAMESPACE = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"


def packet(
    source_type: str,
    creator_tool: str,
    *,
    licence: str | None = None,
    no_training: bool = False,
) -> bytes:
    """A read-only XMP packet, UTF-8."""
    attributes = {
        "xmp:CreatorTool": creator_tool,
        "Iptc4xmpExt:DigitalSourceType": source_type,
        **({"plus:DataMining": MINING_PROHIBITED} if no_training else {}),
    }
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about=""'
        ' xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
        f' xmlns:Iptc4xmpExt="{NAMESPACE}"'
        f' xmlns:dc="{DC}" xmlns:xmpRights="{XMP_RIGHTS}" xmlns:plus="{PLUS}"'
        + "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
        + f">{_terms(licence)}</rdf:Description>"
        "</rdf:RDF></x:xmpmeta>"
        '<?xpacket end="r"?>'
    ).encode()


def _terms(licence: str | None) -> str:
    """The licence as language alternatives (XMP part 1, 8.2.2.4) of both properties."""
    if licence is None:
        return ""
    text = f'<rdf:Alt><rdf:li xml:lang="x-default">{escape(licence)}</rdf:li></rdf:Alt>'
    return f"<dc:rights>{text}</dc:rights><xmpRights:UsageTerms>{text}</xmpRights:UsageTerms>"
