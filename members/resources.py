"""The columns of a roster, for every way in and out: pages, command and export use the same names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn

from import_export import fields, resources
from import_export.widgets import Widget

from core.spreadsheets.writing import Value
from members.models import Organisation
from members.roster import related
from members.roster.cells import other_names_as_text
from members.roster.fields import EXPORTED, LABELS


class _List(Widget):
    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "; ".join(value or ())


class _Names(Widget):
    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return other_names_as_text(value or {})


def _column(name: str, attribute: str = "", widget: Widget | None = None) -> fields.Field:
    return fields.Field(attribute=attribute or name, column_name=str(LABELS[name]), widget=widget)


class _Related(Widget):
    """A text that has been read from other tables; a day stays a day."""

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return "" if value is None else value


class OrganisationResource(resources.ModelResource):
    """Everything on record, as a roster that can be imported again as it is."""

    code = _column("code")
    legal_name = _column("legal_name")
    short_name = _column("short_name")
    other_names = _column("other_names", widget=_Names())
    aliases = _column("aliases", widget=_List())
    member_type = _column("member_type", "member_type__name")
    country = _column("country", "country__name")
    region = _column("region", "region__code")
    address = _column("address")
    website = _column("website")
    email_domain = _column("email_domain")
    vat = _column("vat")
    pic = _column("pic")
    oid = _column("oid")
    national_id = _column("national_id")
    nace = _column("nace", widget=_List())
    size_class = _column("size_class")
    segments = _column("segments", widget=_List())
    description = _column("description")
    workforce = _column("workforce", "roster_workforce", _Related())
    represents = _column("represents", "roster_represents", _Related())
    member_since = _column("member_since", "roster_member_since", _Related())

    # What visitors see of a member, on its page and in their export.
    PUBLIC = (
        "code",
        "legal_name",
        "short_name",
        "member_type",
        "country",
        "region",
        "website",
        "segments",
        "description",
    )

    class Meta:
        model = Organisation
        import_id_fields = ("code",)
        fields = EXPORTED

    def import_data(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Rows come in by the batch service alone, which matches, asks and can be undone."""
        raise TypeError("Rosters are imported through core.imports (the pages, or manage.py import_roster).")

    def table(self, organisations: Iterable[Organisation], *, public: bool) -> tuple[list[str], list[list[Value]]]:
        """(headers, rows) for core.spreadsheets.writing. Country, type and region must have been read with the rows."""
        columns = [self.fields[name] for name in (self.PUBLIC if public else EXPORTED)]
        header = [str(column.column_name) for column in columns]
        on_record = None if public else related.OnRecord()
        rows = []
        for one in organisations:
            for name, value in (on_record.texts(one.pk) if on_record else {}).items():
                setattr(one, f"roster_{name}", value)
            rows.append([column.export(one) for column in columns])
        return header, rows
