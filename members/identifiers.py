"""The identifiers of organisations: how they are written, and whether they can be right."""

from __future__ import annotations

import re
from functools import lru_cache

from django.utils.translation import gettext as _
from stdnum.exceptions import InvalidChecksum, InvalidComponent, InvalidFormat, InvalidLength, ValidationError
from stdnum.util import get_cc_module

# Where numbers are prefixed otherwise than by the ISO code of the country.
_VAT_PREFIX = {"GR": "EL"}
_UNION_PREFIXES = frozenset(
    "AT BE BG CY CZ DE DK EE EL ES FI FR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK XI".split()
)


@lru_cache(maxsize=50_000)
def clean_vat(text: str, country: str) -> str:
    """A VAT number with its country prefix and nothing else: "CZ 001-77041" → "CZ00177041". The prefix is added when
    it is missing. Raises ValueError with a sentence when the number cannot be right."""
    bare = re.sub(r"[^0-9A-Z+*]", "", text.upper())
    prefix = _VAT_PREFIX.get(country, country)
    if bare[:2] == "GR":
        bare = "EL" + bare[2:]
    if not (bare[:2] in _UNION_PREFIXES or bare[:2] == prefix or bare[:3] == "CHE"):
        bare = prefix + bare
    if bare[:2] not in _UNION_PREFIXES:
        if not 4 <= len(bare) <= 20:
            raise ValueError(_("“%(text)s” has not the length of a VAT number.") % {"text": text})
        return bare  # outside of the Union numbers are kept as they are written
    module = get_cc_module("gb" if bare[:2] == "XI" else "gr" if bare[:2] == "EL" else bare[:2].lower(), "vat")
    try:
        if module is None:
            raise InvalidFormat
        return bare[:2] + str(module.compact(module.validate(bare[2:]))).removeprefix(bare[:2])
    except ValidationError as problem:
        raise ValueError(_why(text, problem, country=bare[:2])) from problem


def _why(text: str, problem: ValidationError, country: str) -> str:
    about = {"text": text, "country": country}
    if isinstance(problem, InvalidChecksum):
        return _("“%(text)s” is no VAT number of %(country)s: the check digits do not fit. Is a digit wrong?") % about
    if isinstance(problem, InvalidLength):
        return _("“%(text)s” is no VAT number of %(country)s: it has too few or too many characters.") % about
    if isinstance(problem, InvalidComponent):
        return _("“%(text)s” is no VAT number of %(country)s: a part of it does not exist.") % about
    return _("“%(text)s” is not written as a VAT number of %(country)s.") % about


def clean_pic(text: str) -> str:
    """Nine digits. Seven or eight are a PIC whose zeros a spreadsheet has eaten. Raises ValueError with a sentence."""
    bare = re.sub(r"[\s.\-]", "", text)
    if not bare.isdigit() or not bare.isascii() or not 7 <= len(bare) <= 9:
        raise ValueError(_("“%(text)s” is no PIC: a PIC has nine digits.") % {"text": text})
    return bare.zfill(9)


def clean_oid(text: str) -> str:
    """E and eight digits. Raises ValueError with a sentence."""
    bare = re.sub(r"[\s.\-]", "", text).upper()
    if not re.fullmatch(r"E[0-9]{8}", bare):
        raise ValueError(_("“%(text)s” is no Erasmus+ OID: it is the letter E and eight digits.") % {"text": text})
    return bare


def clean_national_id(text: str) -> str:
    """A number of a national register as it is written there, without spaces around its parts."""
    bare = " ".join(text.split()).upper()
    if len(bare) > 40:
        raise ValueError(_("A registration number has at most 40 characters."))
    return bare


_NACE = re.compile(r"(?:[A-V]\s*)?(\d{2})(?:\.?(\d{1,2}))?$")


def clean_nace(text: str) -> str:
    """A division, group or class: "C29.32" → "29.32". Raises ValueError with a sentence."""
    found = _NACE.match(text.strip().upper())
    if not found or not 1 <= int(found[1]) <= 99:
        raise ValueError(_("“%(text)s” is no NACE code; they look like 29, 29.3 or 29.32.") % {"text": text})
    return found[1] + (f".{found[2]}" if found[2] else "")
