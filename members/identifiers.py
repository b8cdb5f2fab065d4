"""The identifiers of organisations: how they are written, and whether they can be right."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import import_module

from django.utils.translation import gettext as _
from stdnum.eu import nace
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


# Registers whose numbers have check digits: country → (what such a number looks like without separators, the module of
# stdnum that checks it). A country has several registers, so a number of another form is kept as it is written.
_REGISTERS: dict[str, tuple[tuple[str, str], ...]] = {
    "BE": ((r"[01]?\d{9}", "stdnum.be.vat"),),
    "BG": ((r"\d{9}", "stdnum.bg.vat"),),
    "CH": ((r"CHE\d{9}", "stdnum.ch.uid"),),
    "CZ": ((r"\d{8}", "stdnum.cz.dic"),),
    "DK": ((r"\d{8}", "stdnum.dk.cvr"),),
    "EE": ((r"\d{8}", "stdnum.ee.registrikood"),),
    "ES": ((r"[A-HJ-NP-SUVW]\d{7}[0-9A-J]", "stdnum.es.cif"),),
    "FI": ((r"\d{8}", "stdnum.fi.ytunnus"),),
    "FR": ((r"\d{9}", "stdnum.fr.siren"), (r"\d{14}", "stdnum.fr.siret")),
    "HR": ((r"\d{11}", "stdnum.hr.oib"),),
    "IT": ((r"\d{11}", "stdnum.it.iva"),),
    "LV": ((r"[4-9]\d{10}", "stdnum.lv.pvn"),),
    "NO": ((r"\d{9}", "stdnum.no.orgnr"),),
    "PL": ((r"\d{9}|\d{14}", "stdnum.pl.regon"),),
    "PT": ((r"\d{9}", "stdnum.pt.nif"),),
    "RS": ((r"\d{9}", "stdnum.rs.pib"),),
    "SE": ((r"\d{10}", "stdnum.se.orgnr"),),
    "SI": ((r"\d{7}|\d{10}", "stdnum.si.maticna"),),
    "SK": ((r"\d{8}", "stdnum.cz.dic"),),  # the IČO of both countries is one number with one rule
    "TR": ((r"\d{10}", "stdnum.tr.vkn"),),
}


@lru_cache(maxsize=50_000)
def clean_national_id(text: str, country: str = "") -> str:
    """A number of a national register. Where it has the form of one with check digits it is checked and written
    without separators; else it stays as it is written there. Raises ValueError with a sentence."""
    bare = " ".join(text.split()).upper()
    if len(bare) > 40:
        raise ValueError(_("A registration number has at most 40 characters."))
    compact = re.sub(r"[\s.\-/]", "", bare)
    for form, name in _REGISTERS.get(country, ()):
        if re.fullmatch(form, compact):
            try:
                return str(import_module(name).validate(compact))
            except ValidationError as problem:
                raise ValueError(
                    _("“%(text)s” is no registration number of %(country)s: the check digits do not fit.")
                    % {"text": text, "country": country}
                ) from problem
    return bare


_NACE = re.compile(r"(?:[A-V]\s*)?(\d{2})(?:\.?(\d{1,2}))?$")
NACE_REVISIONS = ("2.1", "2.0")  # the newer one first


@lru_cache(maxsize=5_000)
def clean_nace(text: str) -> str:
    """A division, group or class that NACE Rev. 2 or 2.1 has: "C29.32" → "29.32". Raises ValueError with a sentence."""
    found = _NACE.match(text.strip().upper())
    if not found:
        raise ValueError(_("“%(text)s” is no NACE code; they look like 29, 29.3 or 29.32.") % {"text": text})
    code = found[1] + (f".{found[2]}" if found[2] else "")
    if not nace_revisions(code):
        raise ValueError(_("Neither NACE Rev. 2 nor Rev. 2.1 has the code “%(code)s”.") % {"code": code})
    return code


@lru_cache(maxsize=5_000)
def nace_revisions(code: str) -> tuple[str, ...]:
    """The revisions that have the code, "2" or "2.1" as people write them, the newer one first."""
    known = (revision for revision in NACE_REVISIONS if nace.is_valid(code, revision=revision))
    return tuple(revision.removesuffix(".0") for revision in known)


@lru_cache(maxsize=5_000)
def nace_label(code: str) -> str:
    """What the code stands for, in English, with the revision where only one has it."""
    revisions = nace_revisions(code)
    if not revisions:
        return ""
    label = nace.get_label(code, revision="2.1" if "2.1" in revisions else "2.0")
    return label if len(revisions) > 1 else f"{label} (Rev. {revisions[0]})"
