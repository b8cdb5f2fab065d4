"""One cell to one value, without a look into the database: what a person wrote, as the portal keeps it, or a ValueError
with a sentence about what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import DomainNameValidator, URLValidator, validate_email
from django.utils.translation import gettext as _

from core.text import fold
from members import identifiers
from members.models import Representation, Segment, SizeClass
from members.names import SHARED_DOMAINS

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


CLEANERS: dict[str, Callable[[str], Any]] = {
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
