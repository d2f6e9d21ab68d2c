"""The language model of py3langid, read with a third of the memory that its own reader takes.

Its file (0.4: an npz inside LZMA) holds the tables of 142 languages. Here only the columns of the
wanted ones are kept, and the large table goes from the file into its array without a copy.
"""

from __future__ import annotations

import lzma
import shutil
import tempfile
from array import array
from collections.abc import Collection
from typing import IO, TYPE_CHECKING, Any
from zipfile import ZipFile

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_CODES = {2: "H", 4: "I"}  # bytes of a number, and its type code in `array`
_PIECE = 1 << 20  # bytes read at once


def load(languages: Collection[str]) -> LanguageIdentifier:
    """Return an identifier that answers with one of `languages`."""
    from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier

    with tempfile.TemporaryFile() as unpacked:
        with lzma.open(MODEL_DIR / MODEL_FILE) as packed:
            shutil.copyfileobj(packed, unpacked, _PIECE)
        with ZipFile(unpacked) as tables:
            classes: list[str] = _table(tables, "classes").tolist()
            kept = [n for n, name in enumerate(classes) if name in languages]
            return LanguageIdentifier(
                _columns(tables, "ptc", kept),
                _table(tables, "pc")[kept],
                [classes[n] for n in kept],
                _numbers(tables, "nextmove"),
                array("i", _table(tables, "out_feat").tobytes()),
                tk_row=_numbers(tables, "nextmove_row"),
            )


def _table(tables: ZipFile, name: str) -> Any:
    import numpy as np

    with tables.open(f"{name}.npy") as file:
        return np.lib.format.read_array(file, allow_pickle=False)


def _columns(tables: ZipFile, name: str, kept: list[int]) -> Any:
    """Return some columns of a table, reading it row by row."""
    import numpy as np

    with tables.open(f"{name}.npy") as file:
        (rows, width), dtype = _header(file)
        found = np.empty((rows, len(kept)), dtype)
        step = _PIECE // (width * dtype.itemsize)
        for row in range(0, rows, step):
            piece = np.frombuffer(file.read(step * width * dtype.itemsize), dtype)
            found[row : row + step] = piece.reshape(-1, width)[:, kept]
    return found


def _numbers(tables: ZipFile, name: str) -> array[int]:
    with tables.open(f"{name}.npy") as file:
        (count,), dtype = _header(file)
        numbers = array(_CODES[dtype.itemsize], [0]) * count
        room = memoryview(numbers).cast("B")
        while room:
            read = file.readinto(room[:_PIECE])  # type: ignore[attr-defined]
            room = room[read or len(room) :]
    return numbers


def _header(file: IO[bytes]) -> tuple[tuple[int, ...], Any]:
    import numpy as np

    np.lib.format.read_magic(file)
    shape, _, dtype = np.lib.format.read_array_header_1_0(file)
    return shape, dtype
