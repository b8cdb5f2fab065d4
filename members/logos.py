"""Logos: what is taken for one, and how it is kept. The picture is drawn anew, so that nothing else that came in the
file (places, names, scripts behind an image header) is ever served."""

from __future__ import annotations

import io
import warnings

from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

MAX_BYTES = 2 * 1024 * 1024
MAX_PIXELS = 20_000_000
LONGEST_SIDE, SHORTEST_SIDE = 800, 32
TYPES = {"PNG": ("png", "image/png"), "JPEG": ("jpg", "image/jpeg"), "WEBP": ("webp", "image/webp")}
MEDIA_TYPES = dict(TYPES.values())


def read_logo(data: bytes) -> tuple[bytes, str]:
    """(the picture, the ending of its name), at most 800 pixels long. The type is that of the content, whatever the
    file is called. Raises ValueError with a sentence."""
    if len(data) > MAX_BYTES:
        raise ValueError(_("The file is larger than 2 MB. Please send a smaller picture."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(data), formats=list(TYPES))
            kind, (width, height) = picture.format or "", picture.size
            if width * height > MAX_PIXELS:  # read from the header, before anything is unpacked
                raise ValueError(_("The picture has more than 20 million pixels. Please send a smaller one."))
            if min(width, height) < SHORTEST_SIDE:
                raise ValueError(_("The picture is too small: a logo has at least 32 pixels on each side."))
            picture.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise ValueError(_("The picture has more than 20 million pixels. Please send a smaller one.")) from None
    except (UnidentifiedImageError, OSError, SyntaxError):
        raise ValueError(
            _("This is no picture that the portal can read. Please send a PNG, JPEG or WebP file.")
        ) from None
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    plain = picture.convert("RGB" if kind == "JPEG" else "RGBA")
    out = io.BytesIO()
    plain.save(out, format=kind)
    return out.getvalue(), TYPES[kind][0]
