"""Cells to values: what a person wrote, as the portal keeps it, or a sentence about what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import DomainNameValidator, URLValidator, validate_email
from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from core.geography import older
from core.geography.names import Countries
from core.models import MemberType, MemberTypeAlias, Region
from core.text import fold
from members import identifiers
from members.models import Organisation, Representation, Segment, SizeClass
from members.names import SHARED_DOMAINS
from members.roster import related

_SIZES = {
    "micro": "micro kleinst kleinstunternehmen micro entreprise tpe mikro mikropodnik",
    "small": "small klein kleinunternehmen petite petite entreprise maly maly podnik",
    "medium": "medium mittel mittelgross mittleres unternehmen moyenne moyenne entreprise stredni stredni podnik",
    "large": "large big gross grossunternehmen grande grande entreprise velky velky podnik",
}
_SIZE_OF: dict[str, str] = {word: size for size, words in _SIZES.items() for word in words.split()} | {
    "kleinst unternehmen": "micro",
    "micro entreprise": "micro",
    "petite entreprise": "small",
    "maly podnik": "small",
    "mittleres unternehmen": "medium",
    "moyenne entreprise": "medium",
    "stredni podnik": "medium",
    "grande entreprise": "large",
    "velky podnik": "large",
}
_url, _domain = URLValidator(schemes=["http", "https"]), DomainNameValidator()


@dataclass(slots=True)
class Row:
    """A row of the file after cleaning. Values: as on Organisation, relations as keys ("country_id")."""

    number: int
    values: dict[str, Any]
    errors: dict[str, str] = field(default_factory=dict)
    warnings: dict[str, str] = field(default_factory=dict)
    related: dict[str, Any] = field(default_factory=dict)  # what goes to other tables, as in `related`


@lru_cache(maxsize=5_000)
def clean_website(text: str) -> str:
    address = text if re.match(r"https?://", text, re.IGNORECASE) else f"https://{text}"
    parts = urlsplit(address)
    address = parts._replace(scheme=parts.scheme.lower(), netloc=parts.netloc.lower()).geturl()
    try:
        _url(address)
    except (ValidationError, ValueError):
        raise ValueError(_("“%(text)s” is no web address; write it as www.example.org.") % {"text": text}) from None
    if len(address) > 200:
        raise ValueError(_("A web address has at most 200 characters."))
    return address


@lru_cache(maxsize=5_000)
def clean_domain(text: str) -> str:
    bare = text.rpartition("@")[2].strip().lower().rstrip(".").removeprefix("www.")
    if "//" in bare:
        bare = urlsplit(bare).hostname or ""
    try:
        _domain(bare)
    except ValidationError:
        raise ValueError(_("“%(text)s” is no e-mail domain; write it as example.org.") % {"text": text}) from None
    if len(bare) > 120:
        raise ValueError(_("An e-mail domain has at most 120 characters."))
    return bare


@lru_cache(maxsize=5_000)
def host_of(website: str) -> str:
    """The host of a web address as evidence of who owns it; empty where everybody may have a page."""
    host = (urlsplit(website).hostname or "").removeprefix("www.") if website else ""
    return "" if host in SHARED_DOMAINS else host


def clean_size(text: str) -> str:
    key = fold(text)
    for size in SizeClass:
        if key in {size.value, fold(str(size.label))}:
            return size.value
    if found := _SIZE_OF.get(key):
        return found
    raise ValueError(
        _("“%(text)s” is no size; write %(sizes)s.") % {"text": text, "sizes": ", ".join(map(str, SizeClass.values))}
    )


def _parts(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[;\n|]" if re.search(r"[;\n|]", text) else ",", text) if part.strip()]


def clean_segments(text: str) -> list[str]:
    known = {fold(value.replace("_", " ")): value for value in Segment.values}
    known |= {fold(str(label)): value for value, label in Segment.choices}
    found = []
    for part in _parts(text):
        value = known.get(fold(part.replace("_", " ")))
        if value is None:
            raise ValueError(
                _("“%(text)s” is no segment; write %(segments)s.")
                % {"text": part, "segments": ", ".join(map(str, Segment.values))}
            )
        if value not in found:
            found.append(value)
    return sorted(found, key=Segment.values.index)


def clean_nace(text: str) -> list[str]:
    return sorted({identifiers.clean_nace(part) for part in _parts(text)})


def clean_other_names(text: str) -> dict[str, str]:
    names = {}
    for part in re.split(r"\n|[;|](?=\s*[A-Za-z]{2}\s*:|\s*$)", text):
        language, colon, name = part.partition(":")
        language = language.strip().lower()
        if not part.strip():
            continue
        if not colon or not re.fullmatch(r"[a-z]{2}", language) or not name.strip():
            raise ValueError(
                _("“%(text)s” is no name with its language; write “de: Name; fr: Nom”.") % {"text": part.strip()}
            )
        names[language] = " ".join(name.split())
    return names


def clean_aliases(text: str) -> list[str]:
    names = [" ".join(part.split()) for part in re.split(r"[;\n|]", text)]
    return list(dict.fromkeys(name for name in names if fold(name)))


def other_names_as_text(names: dict[str, str]) -> str:
    return "; ".join(f"{language}: {name}" for language, name in sorted(names.items()))


def clean_code(text: str) -> str:
    bare = text.strip().upper()
    if not re.fullmatch(r"ORG-\d{5,8}", bare):
        raise ValueError(_("“%(text)s” is no portal code; they look like ORG-00042.") % {"text": text})
    return bare


def clean_email(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError:
        raise ValueError(_("“%(text)s” is no e-mail address; write it as name@example.org.") % {"text": text}) from None
    return text.lower()


_ROLE_OF = {
    word: role
    for role, words in {
        Representation.Role.PRIMARY: "primary|primary contact|main contact|contact|hauptkontakt|contact principal",
        Representation.Role.REPORTER: "reporter|kpi reporter|reporting|berichterstatter|rapporteur",
        Representation.Role.DELEGATE: "delegate|delegierter|delegierte|delegue|deleguee|delegat|member",
        Representation.Role.ALTERNATE: "alternate|deputy|substitute|stellvertreter|suppleant|nahradnik",
    }.items()
    for word in words.split("|")
}


def clean_role(text: str) -> str:
    """The role in the organisation; nothing said is a delegate, who may do the least."""
    if not text:
        return Representation.Role.DELEGATE
    if found := _ROLE_OF.get(fold(text)):
        return found
    raise ValueError(
        _("“%(text)s” is no role; write %(roles)s.")
        % {"text": text, "roles": ", ".join(str(label) for label in Representation.Role.labels)}
    )


_SIMPLE: dict[str, Callable[[str], Any]] = {
    "code": clean_code,
    "website": clean_website,
    "email_domain": clean_domain,
    "pic": identifiers.clean_pic,
    "oid": identifiers.clean_oid,
    "national_id": identifiers.clean_national_id,
    "size_class": clean_size,
    "segments": clean_segments,
    "nace": clean_nace,
    "other_names": clean_other_names,
    "aliases": clean_aliases,
}
_CODED = frozenset({"country", "member_type", "size_class", "segments", "nace"})
_LENGTH = {
    one.name: one.max_length
    for one in Organisation._meta.fields
    if one.name in {"legal_name", "short_name"} and one.max_length
}


class Normaliser:
    """Reads the coded lists of the portal once and cleans any number of rows against them."""

    def __init__(self) -> None:
        self.countries = Countries()
        self.types = {kind.code: kind for kind in MemberType.objects.all()}
        self._type_of: dict[str, MemberType] = {}
        for kind in self.types.values():
            self._type_of[fold(kind.name)] = self._type_of[fold(kind.code)] = kind
        for alias in MemberTypeAlias.objects.select_related("member_type"):
            self._type_of[alias.key] = alias.member_type
        self._regions: dict[str, Region] = {}
        self._region_names: dict[tuple[str, str], Region] = {}
        for region in Region.objects.order_by("version", "-level"):  # the broader and newer one takes the name
            self._regions[region.code] = region
            if region.level:
                self._region_names[region.country_id, fold(region.name_latin)] = region
                self._region_names[region.country_id, fold(region.name)] = region
        self._coded: dict[tuple[str, str], tuple[str, Any, str]] = {}
        self.region_by_id = {region.pk: region for region in self._regions.values()}

    def clean(self, number: int, cells: dict[str, str]) -> Row:
        row = Row(number, {})
        for name, text in cells.items():
            try:
                self._clean_one(row, name, text)
            except ValueError as problem:
                row.errors[name] = str(problem)
        country = row.values.get("country_id", "")
        if vat := cells.get("vat"):
            try:
                row.values["vat"] = identifiers.clean_vat(vat, country)
            except ValueError as problem:
                row.errors["vat"] = str(problem)
        if national_id := cells.get("national_id"):
            self._clean_national_id(row, national_id, country)
        if region := cells.get("region"):
            self._clean_region(row, region, country)
        if "pic" in row.values and len(re.sub(r"\D", "", cells["pic"])) < 9:
            row.warnings["pic"] = _("read as %(pic)s: the spreadsheet has dropped its leading zeros") % {
                "pic": row.values["pic"]
            }
        for name in ("legal_name", "country"):
            if name not in cells:
                row.errors[name] = _("This is required and missing in this row.")
        return row

    def _clean_one(self, row: Row, name: str, text: str) -> None:
        if name in _CODED:  # few values, many rows
            if (known := self._coded.get((name, text))) is None:
                known = self._coded[name, text] = self._look_up(name, text)
            attribute, value, problem = known
            if problem:
                raise ValueError(problem)
            row.values[attribute] = value
        elif cleaner := _SIMPLE.get(name):
            row.values[name] = cleaner(text)
        elif name in {"legal_name", "short_name"}:
            row.values[name] = value = " ".join(text.split())
            if len(value) > _LENGTH[name]:
                raise ValueError(_("This has at most %(n)s characters.") % {"n": _LENGTH[name]})
            if name == "legal_name" and not fold(value):
                raise ValueError(_("“%(text)s” is no name.") % {"text": text})
        elif name in {"address", "description"}:
            row.values[name] = text
        elif name == "workforce":
            row.related[name] = related.clean_workforce(text)
        elif name == "represents":
            row.related[name] = related.clean_represents(text, self.country)
        elif name == "member_since":
            row.related[name] = related.clean_since(text)
        elif name == "contact_email":
            clean_email(text)
        elif name == "contact_role":
            clean_role(text)

    def _look_up(self, name: str, text: str) -> tuple[str, Any, str]:
        """(attribute, value, "") or (attribute, None, what is wrong)."""
        try:
            if name == "country":
                return "country_id", self.country(text), ""
            if name == "member_type":
                return "member_type_id", self.member_type(text).pk, ""
            return name, _SIMPLE[name](text), ""
        except ValueError as problem:
            return name, None, str(problem)

    def country(self, text: str) -> str:
        """The code of the country meant. ValueError when the portal knows none by this name."""
        country = self.countries.find(text)
        if country is None:
            raise ValueError(
                _("“%(text)s” is no country that the portal knows. Write its name or its code of two letters.")
                % {"text": text}
            )
        return str(country.code)

    def member_type(self, text: str) -> MemberType:
        """The type meant by a name, code or alias. ValueError with the nearest one, if any is near."""
        key = fold(text)
        if kind := self._type_of.get(key):
            return kind
        near = process.extractOne(key, self._type_of.keys(), scorer=fuzz.token_sort_ratio, score_cutoff=70)
        if near:
            raise ValueError(
                _("“%(text)s” is no member type. Is “%(near)s” meant?")
                % {"text": text, "near": self._type_of[near[0]].name}
            )
        raise ValueError(
            _("“%(text)s” is no member type. Write one of: %(types)s.")
            % {"text": text, "types": ", ".join(kind.name for kind in self.types.values())}
        )

    def _clean_national_id(self, row: Row, text: str, country: str) -> None:
        """Rosters name numbers of all kinds of registers: one that fails the check is taken as it is, and told."""
        try:
            row.values["national_id"] = identifiers.clean_national_id(text, country)
        except ValueError as problem:
            row.warnings["national_id"] = str(problem)

    def _clean_region(self, row: Row, text: str, country: str) -> None:
        """A NUTS code must fit the country; a name that is no region's is left aside, because columns named "region"
        often hold something else."""
        code = re.sub(r"[\s\-.]", "", text).upper()
        region = self._regions.get(code) or self._region_names.get((country, fold(text)))
        if region is None or region.level == 0:
            row.warnings["region"] = older.explain(text) or _(
                "“%(text)s” is no NUTS region of this country and was left aside."
            ) % {"text": text}
        elif country and region.country_id != country:
            row.errors["region"] = _("The region %(region)s is in %(there)s, but the row says %(here)s.") % {
                "region": region,
                "there": self.countries.by_code[region.country_id],
                "here": self.countries.by_code[country],
            }
        else:
            row.values["region_id"] = region.pk
