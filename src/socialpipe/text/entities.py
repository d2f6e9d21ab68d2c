"""What a network turns into a link: URLs, hashtags, @mentions and cashtags.

The rules are those of twitter-text 3 (read 2026-11), which X and Mastodon count by.
Offsets are code points.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import regex

MAX_URL = 4096  # characters of a URL with its host in punycode; longer is no link
MAX_SLUG = 40  # characters of a t.co path
# Names that the root zone has dropped since but that X still links.
RETIRED_DOMAINS = """
    abarth active adac afamilycompany aigo alfaromeo an avianca bananarepublic bentley bl blanco
    bnl boots bq budapest bugatti cancerresearch cartier caseih cbs ceb chloe chrysler cityeats
    comcast cookingchannel csc dabur dodge doha doosan duck dunlop duns eh epost esurance
    etisalat everbank fiat flsmidth foodnetwork frontdoor fujixerox glade goo goodhands guardian
    hgtv honeywell hoteles htc iinet intel iselect iveco iwc jcp jlc kerrylogistics kinder
    ladbrokes lancaster lancia lancome liaison linde lipsy lixil loft lupin macys maserati mcd
    mcdonalds meo metlife mf mobily montblanc mopar movistar mtpc mutual mutuelle nadex
    nationwide natura newholland northwesternmutual off oldnavy onyourside orientexpress
    pamperedchef panerai passagens piaget pramerica qvc raid redstone rightathome rmit rocher
    sapo sca scjohnson scor ses shaw showtime shriram spiegel spreadbetting srt starhub statoil
    swiftcover symantec telecity telefonica tiffany tp travelchannel uconnect um vista
    vistaprint volkswagen vuelos warman wolterskluwer xfinity xperia zippo اتصالات موبايلي 大众汽车
    工行 手表 珠宝 诺基亚
""".split()  # noqa: SIM905

_PUNCTUATION = r"!'#%&()*+,\\\-./:;<=>?@\[\]^_{|}~$"
_SPACES = r"\t-\r \x85\xa0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_INVALID = r"\ufffe\ufeff\uffff"
_DIRECTION = r"\u202a-\u202e\u061c\u200e\u200f\u2066-\u2069"
_ACCENTED = (
    r"\xc0-\xd6\xd8-\xf6\xf8-\xff\u0100-\u024f\u0253\u0254\u0256\u0257\u0259\u025b\u0263\u0268\u026f"
    r"\u0272\u0289\u028b\u02bb\u0300-\u036f\u1e00-\u1eff"
)
_LETTER = rf"[^{_PUNCTUATION}{_SPACES}{_INVALID}{_DIRECTION}]"
_PATH = rf"[a-z\u0400-\u04ff0-9!*';:=+,.$/%#\[\]\-\u2013_~@|&{_ACCENTED}]"
_PARENTHESES = rf"\((?:{_PATH}+|{_PATH}*\({_PATH}+\){_PATH}*)\)"
_PATH_END = rf"(?:[+\-a-z\u0400-\u04ff0-9=_#/{_ACCENTED}]|{_PARENTHESES})"

_TAG_SIGN = "[#＃]"
_TAG_LETTER = r"\p{L}\p{M}"
_TAG_CHARACTER = (
    rf"{_TAG_LETTER}\p{{Nd}}_\u200c\u200d\ua67e\u05be\u05f3\u05f4\uff5e\u301c\u309b\u309c\u30a0"
    r"\u30fb\u3003\u0f0b\u0f0c\xb7"
)
_HASHTAG = regex.compile(
    rf"(?:(?<=[\ufe0e\ufe0f])|(?<![{_TAG_CHARACTER}&])){_TAG_SIGN}(?![\ufe0f\u20e3])"
    rf"([{_TAG_CHARACTER}]*[{_TAG_LETTER}][{_TAG_CHARACTER}]*)(?!{_TAG_SIGN}|://|[{_TAG_CHARACTER}])"
)
_MENTION = regex.compile(
    r"(?:^|[^a-zA-Z0-9_!#$%&*@＠]|(?:^|[^a-zA-Z0-9_+~.\-])(?:rt|RT|rT|Rt):?)"
    r"([@＠]([a-zA-Z0-9_]{1,20})(/[a-zA-Z][a-zA-Z0-9_\-]{0,24})?)"
    rf"(?![a-zA-Z0-9_]|[@＠{_ACCENTED}]|://)"
)
_CASHTAG = regex.compile(
    rf"(?:^|(?<=[{_SPACES}{_DIRECTION}]))\$([a-zA-Z]{{1,6}}(?:[._][a-zA-Z]{{1,2}})?)"
    rf"(?=$|[{_SPACES}]|[{_PUNCTUATION}])"
)
_SHORTENED = regex.compile(r"https?://t\.co/([a-z0-9]+)(?:\?\S*)?", regex.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Entity:
    """One linked piece of a text: `text` is `whole[start:end]`, `name` is it without its sign."""

    text: str
    start: int
    end: int
    name: str


@cache
def top_domains() -> frozenset[str]:
    """Return every top-level domain, Unicode and ASCII, in lower case.

    Read from the public suffix list that the package `tld` carries.
    """
    source = files("tld") / "res" / "effective_tld_names_public_only.dat.txt"
    lines = source.read_text("utf-8").splitlines()
    rules = (line for line in lines if line and not line.startswith("//"))
    return frozenset(rule.rpartition(".")[2] for rule in rules) | frozenset(RETIRED_DOMAINS)


@dataclass(frozen=True, slots=True)
class _Patterns:
    """Compiled on first use: the list of top-level domains is long."""

    chain: regex.Pattern[str]  # labels joined by dots, and what stands before them
    top: regex.Pattern[str]  # a dot and a top-level domain
    bare: regex.Pattern[str]  # the ASCII host in a chain without a protocol
    rest: regex.Pattern[str]  # port, path and query


@cache
def _patterns() -> _Patterns:
    top = r"(?:(?:\L<top>)(?=[^0-9a-zA-Z@+\-]|$)|xn--[\-0-9a-z]+)"
    label = rf"{_LETTER}++(?:[_\-]++{_LETTER}++)*+"
    before = rf"(?:[^A-Za-z0-9@＠$#＃{_INVALID}]|^)"
    path = rf"/(?:{_PATH}*(?:{_PARENTHESES}{_PATH}*)*{_PATH_END}|@{_PATH}+/)*"
    query = r"\?[a-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*[a-z0-9\-_&=#/]"
    # A word without a dot is passed over whole, else long words take quadratic time.
    chain = (
        rf"{before}(https?://)?({label}(?:\.{label})++)|{label}(?!\.|(?<=https?):)(*SKIP)(*FAIL)"
    )
    names = top_domains()
    return _Patterns(
        chain=regex.compile(chain, regex.IGNORECASE),
        top=regex.compile(rf"\.{top}", regex.IGNORECASE, top=names),
        bare=regex.compile(rf"(?:[\-a-z0-9{_ACCENTED}]+\.)+{top}", regex.IGNORECASE, top=names),
        rest=regex.compile(rf"(?::[0-9]+)?({path})?(?:{query})?", regex.IGNORECASE),
    )


def urls(text: str, *, bare: bool = True) -> list[Entity]:
    """Return the URLs of `text` in order; those without a protocol only when `bare`."""
    if "." not in text:
        return []
    found: list[Entity] = []
    position = 0
    while match := _patterns().chain.search(text, position):
        end = _domain_end(text, match)
        if end is None:  # its last label may be the http of the next URL
            position = max(position + 1, text.rindex(".", match.start(2), match.end(2)))
            continue
        rest = _rest(text, end)
        position = rest.end()
        if not _reachable(text[match.start(2) : end], position - match.start(2)):
            continue
        if match[1]:
            found.extend(_with_protocol(text[match.start(1) : position], match.start(1)))
        elif bare and match[0][:1] not in {"-", "_", ".", "/"}:
            found.extend(_bare(text, (match.start(2), end), rest))
    return found


def _domain_end(text: str, match: regex.Match[str]) -> int | None:
    """Find the last top-level domain of the chain; the label before it has no underscore."""
    last, start = None, match.start(2)
    while (dot := text.find(".", start, match.end(2))) >= 0:
        top = _patterns().top.match(text, dot)
        if top and "_" not in text[start:dot]:
            last = top.end()
        start = dot + 1
    return last


def _rest(text: str, end: int) -> regex.Match[str]:
    rest = _patterns().rest.match(text, end)
    assert rest is not None  # it matches the empty text  # noqa: S101
    return rest


def _reachable(domain: str, length: int) -> bool:
    try:
        host = ".".join(_ascii(label) for label in domain.split("."))
    except UnicodeError:
        return False
    return length - len(domain) + len(host) <= MAX_URL


def _ascii(label: str) -> str:
    if not label.isascii():
        if label[:4].lower() == "xn--":
            raise UnicodeError
        label = "xn--" + label.lower().encode("punycode").decode()
    if len(label) > 63:
        raise UnicodeError
    return label


def _with_protocol(url: str, start: int) -> Iterator[Entity]:
    if short := _SHORTENED.match(url):
        if len(short[1]) > MAX_SLUG:
            return
        url = short[0]
    yield Entity(url, start, start + len(url), url)


def _bare(text: str, domain: tuple[int, int], rest: regex.Match[str]) -> Iterator[Entity]:
    hosts = list(_patterns().bare.finditer(text, *domain))
    for host in hosts:
        end = rest.end() if rest[1] and host is hosts[-1] else host.end()
        url = text[host.start() : host.end()] + (text[domain[1] : end] if end > host.end() else "")
        yield Entity(url, host.start(), end, url)


def hashtags(text: str) -> list[Entity]:
    """Return the hashtags that X makes of `text`, outside its URLs."""
    if "#" not in text and "＃" not in text:
        return []
    taken = urls(text)
    found = (Entity(m[0], m.start(), m.end(), m[1]) for m in _HASHTAG.finditer(text))
    return [tag for tag in found if not any(_overlap(tag, url) for url in taken)]


def _overlap(one: Entity, other: Entity) -> bool:
    return one.start < other.end and other.start < one.end


def mentions(text: str) -> list[Entity]:
    """Return the @mentions and @lists/of-them; `name` keeps the list's path."""
    return [
        Entity(m[1], m.start(1), m.end(1), m[2] + (m[3] or "")) for m in _MENTION.finditer(text)
    ]


def cashtags(text: str) -> list[Entity]:
    """Return the cashtags such as $ABC."""
    return [Entity(m[0], m.start(), m.end(), m[1]) for m in _CASHTAG.finditer(text)]
