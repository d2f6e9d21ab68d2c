"""Keys and notes as people copy them: nsec1…, note1… (NIP-19; bech32 is BIP 173)."""

from __future__ import annotations

from collections.abc import Iterable

_LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def encode(kind: str, data: bytes) -> str:
    """Write `data` with its kind and a checksum."""
    values = _regrouped(data, 8, 5, pad=True)
    check = _polymod([*_expanded(kind), *values, *[0] * 6]) ^ 1
    tail = [check >> 5 * (5 - n) & 31 for n in range(6)]
    return f"{kind}1" + "".join(_LETTERS[value] for value in [*values, *tail])


def decode(kind: str, text: str) -> bytes:
    """Read what `encode` wrote. Raises ValueError for anything else."""
    found, _, letters = text.lower().rpartition("1")
    values = [_LETTERS.index(letter) for letter in letters]
    if found != kind or len(values) < 6 or _polymod([*_expanded(kind), *values]) != 1:
        raise ValueError(f"not a valid {kind}")
    return bytes(_regrouped(values[:-6], 5, 8, pad=False))


def _expanded(kind: str) -> list[int]:
    return [ord(c) >> 5 for c in kind] + [0] + [ord(c) & 31 for c in kind]


def _polymod(values: Iterable[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for n, generator in enumerate(_GENERATOR):
            check ^= generator if top >> n & 1 else 0
    return check


def _regrouped(values: Iterable[int], size: int, into: int, *, pad: bool) -> list[int]:
    """Cut a stream of bits of `size` each into groups of `into` bits."""
    bits, held, groups = 0, 0, []
    for value in values:
        held, bits = held << size | value, bits + size
        while bits >= into:
            bits -= into
            groups.append(held >> bits & (1 << into) - 1)
    if pad and bits:
        groups.append(held << into - bits & (1 << into) - 1)
    return groups
