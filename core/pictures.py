"""Pictures that people send to be shown. Each is drawn anew, so that nothing else that came in the file (places, names,
scripts behind an image header) is ever served."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

MAX_PIXELS = 20_000_000
TYPES = {"PNG": ("png", "image/png"), "JPEG": ("jpg", "image/jpeg"), "WEBP": ("webp", "image/webp")}
MEDIA_TYPES = dict(TYPES.values())


@dataclass(frozen=True)
class Picture:
    """One that is taken: `read` alone makes it."""

    data: bytes
    ending: str
    width: int
    height: int


def read(data: bytes, *, most_mb: int, longest: int, shortest: int, too_small: str) -> Picture:
    """Made smaller where it is longer than `longest` pixels. The type is that of the content, whatever the file is
    called. Raises ValueError with a sentence; `too_small` is the one for less than `shortest` pixels on a side."""
    check_size(len(data), most_mb)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture: Image.Image = Image.open(io.BytesIO(data), formats=list(TYPES))
            kind, (width, height) = picture.format or "", picture.size
            if width * height > MAX_PIXELS:  # read from the header, before anything is unpacked
                raise ValueError(_too_many())
            if min(width, height) < shortest:
                raise ValueError(too_small)
            picture.load()
            picture = ImageOps.exif_transpose(picture)  # how the camera was held is kept, where it was is not
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise ValueError(_too_many()) from None
    except (UnidentifiedImageError, OSError, SyntaxError):
        raise ValueError(
            _("This is no picture that the portal can read. Please send a PNG, JPEG or WebP file.")
        ) from None
    if picture.mode.startswith("I"):  # grey in 16 bits: of 65,536 shades, converting alone would keep the darkest 256
        picture = picture.convert("I").point(lambda shade: shade * (1 / 257)).convert("L")
    picture.thumbnail((longest, longest))
    plain = picture.convert("RGB" if kind == "JPEG" else "RGBA")
    out = io.BytesIO()
    plain.save(out, format=kind)
    return Picture(out.getvalue(), TYPES[kind][0], *plain.size)


def check_size(size: int, most_mb: int) -> None:
    """Raises ValueError. Nothing has to be read for it."""
    if size > most_mb * 1024 * 1024:
        raise ValueError(_("The file is larger than %(most)s MB. Please send a smaller picture.") % {"most": most_mb})


def _too_many() -> str:
    return _("The picture has more than 20 million pixels. Please send a smaller one.")
