"""Archives that other people made (.xlsx, .docx, .odt …): every part is unpacked once, counting instead of keeping, for
a few kilobytes can unpack to gigabytes, and the sizes that an archive declares may be lies."""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator

ENTRY_LIMIT = 200 * 1024 * 1024  # bytes unpacked, per part of the file; 20,000 rows of a roster are about 30 MB
TOTAL_LIMIT = 400 * 1024 * 1024
RATIO_LIMIT = 150  # the XML of a document packs 10 to 40 times
RATIO_FROM = 2 * 1024 * 1024
PARTS_LIMIT = 5_000
# What zipfile and its unpackers raise over archives that are cut off, altered or made up.
_BROKEN = (
    zipfile.BadZipFile,
    ValueError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    OverflowError,
    lzma.LZMAError,
    struct.error,
    zlib.error,
)


class Damaged(Exception):
    """It is cut off, altered, or packed in a way that no office program uses."""


class Encrypted(Exception):
    """Parts of it need a password."""


class TooLargeInside(Exception):
    """Unpacked, it is far larger than any document."""


def opened(data: bytes) -> zipfile.ZipFile:
    """Raises Damaged."""
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except _BROKEN as problem:
        raise Damaged from problem


def head_of(archive: zipfile.ZipFile, name: str, length: int = 100) -> bytes:
    """The first bytes of a part. Raises Damaged."""
    try:
        with archive.open(name) as part:
            return part.read(length)
    except _BROKEN as problem:
        raise Damaged from problem


def parts(data: bytes, archive: zipfile.ZipFile) -> Iterator[tuple[zipfile.ZipInfo, bytes]]:
    """(part, a piece of what is in it), until all is unpacked. Raises Damaged, Encrypted or TooLargeInside, as soon as
    it is known."""
    entries = archive.infolist()
    if sum(entry.file_size for entry in entries) > TOTAL_LIMIT or len(entries) > PARTS_LIMIT:
        raise TooLargeInside
    total = 0
    for entry in entries:
        if entry.flag_bits & 1:
            raise Encrypted
        _check_ratio(entry, entry.file_size)
        size = 0
        for piece in _unpacked(data, entry):
            size += len(piece)
            if size > ENTRY_LIMIT:
                raise TooLargeInside
            _check_ratio(entry, size)
            yield entry, piece
        if size != entry.file_size:
            raise Damaged
        total += size
        if total > TOTAL_LIMIT:
            raise TooLargeInside


def _check_ratio(entry: zipfile.ZipInfo, size: int) -> None:
    if size > RATIO_FROM and size > RATIO_LIMIT * max(entry.compress_size, 1):
        raise TooLargeInside


def _unpacked(data: bytes, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The content of a part in pieces, from the packed bytes themselves and not from what the archive says of them."""
    start = entry.header_offset
    if data[start : start + 4] != b"PK\x03\x04" or len(data) < start + 30:
        raise Damaged
    name_length, extra_length = struct.unpack("<HH", data[start + 26 : start + 30])
    start += 30 + name_length + extra_length
    packed = memoryview(data)[start : start + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        for index in range(0, len(packed), 65536):
            yield bytes(packed[index : index + 65536])
        return
    if entry.compress_type != zipfile.ZIP_DEFLATED:
        raise Damaged  # no office program writes others
    unpacker = zlib.decompressobj(-15)
    rest: bytes | memoryview = packed
    try:
        while not unpacker.eof:
            piece = unpacker.decompress(rest, 262_144)
            rest = unpacker.unconsumed_tail
            if not piece and not rest:
                break
            yield piece
    except zlib.error as problem:
        raise Damaged from problem
