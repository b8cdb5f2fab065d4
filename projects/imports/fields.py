"""The columns of a file of results. An export of the library has the same."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.spreadsheets.headers import Field

FIELDS: tuple[Field, ...] = (
    Field(
        "number",
        _("Result no."),
        ("result number", "portal number", "Ergebnis-Nr."),
        hint=_("as in an export; empty for a new one"),
    ),
    Field(
        "project",
        _("Project"),
        ("acronym", "project acronym", "grant number", "Projekt", "projet"),
        required=True,
        hint=_("acronym, grant number, or address of its page in the portal"),
    ),
    Field(
        "kind",
        _("Type"),
        ("result type", "type of result", "Typ", "Art", "typ výsledku"),
        required=True,
        hint=_("intelligence, roadmap, job_roles, recognition, training, practice, tool; or its name"),
    ),
    Field("title", _("Title"), ("result", "name", "Titel", "titre", "název"), required=True),
    Field(
        "summary",
        _("Summary"),
        ("description", "what it is", "Zusammenfassung", "Beschreibung", "résumé", "popis"),
        required=True,
        hint=_("what it is, and for whom"),
    ),
    Field("language", _("Language"), ("Sprache", "langue", "jazyk"), hint=_("code or name; empty: English")),
    Field(
        "date",
        _("Date"),
        ("published", "finished", "Datum"),
        required=True,
        hint=_("when it was finished or published: 2022-03-31"),
    ),
    Field(
        "licence",
        _("Licence"),
        ("license", "Lizenz", "licence terms"),
        required=True,
        hint=_("code or name, such as CC-BY-4.0"),
    ),
    Field(
        "link",
        _("Link"),
        ("URL", "address", "website", "Adresse", "lien", "odkaz"),
        hint=_("https://…, needed for a new one"),
    ),
    Field("eqf_level", _("EQF level"), ("EQF", "EQR", "CEC", "level"), hint="1 … 8"),
    Field(
        "themes",
        _("Topics"),
        ("topic", "themes", "theme", "Themen", "thèmes", "témata"),
        hint=_("codes or names, with semicolons between"),
    ),
)
LABELS = {field.name: field.label for field in FIELDS}
