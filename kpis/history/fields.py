"""The columns of a file of figures."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.spreadsheets.headers import Field

FIELDS: tuple[Field, ...] = (
    Field(
        "organisation",
        _("Organisation"),
        (
            "reporter",
            "reporting organisation",
            "PIC",
            "portal code",
            "meldende Organisation",
            "organisation déclarante",
        ),
        required=True,
        hint=_("PIC, VAT number, OID or portal code"),
    ),
    Field("year", _("Year"), ("Jahr", "année", "rok"), required=True),
    Field("round", _("Round"), ("period", "quarter", "Zeitraum", "Runde"), required=True, hint="Q1, Q2, Q3, Q4, YEAR"),
    Field("indicator", _("Indicator"), ("KPI", "Indikator", "indicateur"), required=True, hint="K1 … K5"),
    Field("series", _("Series"), ("Reihe", "série"), hint="achieved, planned"),
    Field(
        "region",
        _("Region"),
        ("NUTS", "NUTS code"),
        required=True,
        hint=_("code of NUTS 2, or country as NUTS writes it"),
    ),
    Field("whose", _("Whose workers"), ("whose",), required=True, hint="own, not_employed, others"),
    Field("others", _("Other organisation"), ("others", "employer"), hint=_("one organisation, or: unknown")),
    Field("breakdown", _("Breakdown"), ("Aufgliederung", "ventilation"), hint=_("empty for a total")),
    Field("category", _("Category"), ("Kategorie", "catégorie"), hint=_("empty for a total")),
    Field("state", _("State"), ("Status",), literal=True, hint="value, zero, na, not_collected"),
    Field("value", _("Value"), ("number", "Wert", "Zahl", "valeur"), required=True, literal=True),
    Field("initiative", _("Initiative"), (), hint=_("its code")),
    Field(
        "note",
        _("Note"),
        ("notes", "comment", "remark", "reason", "justification", "Bemerkung", "Begründung", "remarque", "motif"),
        hint=_("and the reason, where a check asks for one"),
    ),
)
LABELS = {field.name: field.label for field in FIELDS}
