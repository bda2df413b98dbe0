"""The XMP packet that declares a picture's digital source type.

IPTC Photo Metadata Standard 2023.1, property ``Iptc4xmpExt:DigitalSourceType``; XMP part 1
(ISO 16684-1), section 7.
"""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

MAX_BYTES = 1 << 20
NAMESPACE = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"


def packet(source_type: str, creator_tool: str) -> bytes:
    """A read-only XMP packet, UTF-8."""
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about=""'
        ' xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
        f' xmlns:Iptc4xmpExt="{NAMESPACE}"'
        f" xmp:CreatorTool={quoteattr(creator_tool)}"
        f" Iptc4xmpExt:DigitalSourceType={quoteattr(source_type)}/>"
        "</rdf:RDF></x:xmpmeta>"
        '<?xpacket end="r"?>'
    ).encode()
