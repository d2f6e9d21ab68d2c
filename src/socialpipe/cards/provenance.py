"""What a card's file says about itself: what it shows, where from, and how it was made.

XMP with the properties of the IPTC Photo Metadata Standard 2023.2 (looked up in November 2026);
nothing about the machine, the person or the time.
"""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from socialpipe.cards.alt import cut

# "Media created by a human using non-generative tools": IPTC NewsCodes, Digital Source Type.
_MADE = "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCreation"
_LONGEST = 2_000  # characters of an address; a JPEG has room for 65,502 bytes of XMP …
_LONGEST_ALT = 5_000  # … and escaped, a character takes up to 5, twice


def xmp(alt: str, language: str, url: str | None) -> str:
    """Return the packet: alt text, the article's address (when it has one), how it was made."""
    source = f"<dc:source>{escape(url)}</dc:source>" if url and len(url) <= _LONGEST else ""
    spoken = escape(cut(alt, _LONGEST_ALT))
    texts = f'<rdf:li xml:lang="x-default">{spoken}</rdf:li>'
    if language and language != "und":
        texts += f"<rdf:li xml:lang={quoteattr(language)}>{spoken}</rdf:li>"
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about=""'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"'
        ' xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">'
        f"<Iptc4xmpCore:AltTextAccessibility><rdf:Alt>{texts}</rdf:Alt>"
        f"</Iptc4xmpCore:AltTextAccessibility>{source}"
        f"<Iptc4xmpExt:DigitalSourceType>{_MADE}</Iptc4xmpExt:DigitalSourceType>"
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
    )
