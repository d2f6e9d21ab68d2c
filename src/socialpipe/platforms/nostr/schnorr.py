"""Schnorr signatures on secp256k1 (BIP 340), so that no compiled library is needed.

Signing takes a fifth of a second, and the same message always gets the same signature. It does not
run in constant time: good for a publisher, not for a signing service that strangers can time.
"""

from __future__ import annotations

from hashlib import sha256

_P = 2**256 - 2**32 - 977
_N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
_G = (
    0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
    0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8,
)
Point = tuple[int, int]


def public_key(secret: bytes) -> bytes:
    """Derive the x coordinate that names the key's owner. Raises ValueError for no key."""
    return _pair(secret)[1]


def sign(secret: bytes, message: bytes) -> bytes:
    """Sign 32 bytes, with an all-zero auxiliary value. Raises ValueError for no key."""
    number, name = _pair(secret)
    masked = number ^ int.from_bytes(_tagged("BIP0340/aux", bytes(32)))
    seed = _tagged("BIP0340/nonce", masked.to_bytes(32) + name + message)
    nonce, point = _even(int.from_bytes(seed) % _N)
    shown = point[0].to_bytes(32)
    challenge = int.from_bytes(_tagged("BIP0340/challenge", shown + name + message)) % _N
    return shown + ((nonce + challenge * number) % _N).to_bytes(32)


def _pair(secret: bytes) -> tuple[int, bytes]:
    number = int.from_bytes(secret)
    if len(secret) != 32 or not 0 < number < _N:
        raise ValueError("not a secp256k1 secret key")
    number, point = _even(number)
    return number, point[0].to_bytes(32)


def _even(number: int) -> tuple[int, Point]:
    """Choose, of a number and its negative, the one whose point has an even y."""
    point = _times(number)
    return (number, point) if point[1] % 2 == 0 else (_N - number, point)


def _times(number: int) -> Point:
    total: Point | None = None
    addend = _G
    while number:
        if number & 1:
            total = addend if total is None else _add(total, addend)
        addend = _add(addend, addend)
        number >>= 1
    assert total is not None  # noqa: S101 (numbers here are never a multiple of the order)
    return total


def _add(a: Point, b: Point) -> Point:
    """Add two points whose sum is not the point at infinity."""
    if a == b:
        slope = 3 * a[0] * a[0] * pow(2 * a[1], -1, _P) % _P
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, _P) % _P
    x = (slope * slope - a[0] - b[0]) % _P
    return x, (slope * (a[0] - x) - a[1]) % _P


def _tagged(tag: str, data: bytes) -> bytes:
    head = sha256(tag.encode()).digest()
    return sha256(head + head + data).digest()
