"""Logos: what is taken for one, and how it is kept."""

from __future__ import annotations

from django.utils.translation import gettext as _

from core import pictures
from core.pictures import MEDIA_TYPES

__all__ = ["MAX_BYTES", "MEDIA_TYPES", "read_logo"]

MAX_MB = 2
MAX_BYTES = MAX_MB * 1024 * 1024
LONGEST_SIDE, SHORTEST_SIDE = 800, 32


def read_logo(data: bytes) -> tuple[bytes, str]:
    """(the picture, the ending of its name), at most 800 pixels long. Raises ValueError with a sentence."""
    too_small = _("The picture is too small: a logo has at least 32 pixels on each side.")
    found = pictures.read(data, most_mb=MAX_MB, longest=LONGEST_SIDE, shortest=SHORTEST_SIDE, too_small=too_small)
    return found.data, found.ending
