"""Forms of the roster import."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from core.imports import services
from core.imports.models import Import
from core.models import MemberType


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("Spreadsheet"),
        help_text=_("An .xlsx, .xls, .ods, .csv or .tsv file. One row for each organisation, with a row of headers."),
        allow_empty_file=True,  # the reader says what is wrong, in one place for pages and commands
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xlsm,.xlsb,.xls,.ods,.csv,.tsv,.txt"}),
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if problem := services.upload_too_large(file.size or 0):
            raise forms.ValidationError(problem)
        return file


class TableForm(forms.Form):
    """Where the table begins, when the guess was wrong."""

    sheet = forms.ChoiceField(label=_("Sheet"), required=False)
    header_row = forms.IntegerField(label=_("Row of the headers"), min_value=1, max_value=100_000)

    def __init__(self, *args: Any, batch: Import, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sheet = cast(forms.ChoiceField, self.fields["sheet"])
        sheet.choices = [(name, name or _("(text file)")) for name in batch.sheets]
        if len(batch.sheets) < 2:
            sheet.widget = forms.HiddenInput()
        self.initial = {"sheet": batch.sheet, "header_row": batch.header_row, **self.initial}


class MappingForm(forms.Form):
    """Which column is which field, and the type of the organisations whose row names none."""

    member_type = forms.ModelChoiceField(
        MemberType.objects.none(),
        label=_("Member type of rows that name none"),
        required=False,
        to_field_name="code",
        empty_label=_("Please choose"),
    )

    def __init__(self, *args: Any, batch: Import, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.batch = batch
        kind = cast(forms.ModelChoiceField, self.fields["member_type"])
        kind.queryset = MemberType.objects.active()
        kind.initial = batch.options.get("member_type")
        choices = [("", _("– leave aside –")), *((field.name, field.label) for field in batch.of_kind.fields)]
        for position, header in enumerate(batch.columns):
            self.fields[f"column_{position}"] = forms.ChoiceField(
                label=header or _("Column %(n)s") % {"n": position + 1},
                choices=choices,
                required=False,
                initial=batch.mapping.get(str(position), ""),
            )

    def columns(self) -> list[forms.BoundField]:
        return [self[f"column_{position}"] for position in range(len(self.batch.columns))]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        mapping: dict[int, str] = {}
        for position in range(len(self.batch.columns)):
            name = data.get(f"column_{position}", "")
            if name and name in mapping.values():
                self.add_error(f"column_{position}", _("Another column is mapped to this already."))
            elif name:
                mapping[position] = name
        for label in services.missing_columns(self.batch.of_kind, mapping):
            self.add_error(
                None, _("Say which column is “%(label)s”: no row can be used without it.") % {"label": label}
            )
        if "member_type" not in mapping.values() and not data.get("member_type"):
            self.add_error("member_type", _("No column names the member type, so choose one for all rows."))
        data["mapping"] = mapping
        return data


class ConfirmForm(forms.Form):
    skip_errors = forms.BooleanField(label=_("Leave out the rows with errors and write the others"), required=False)

    def __init__(self, *args: Any, errors: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not errors:
            del self.fields["skip_errors"]
        self.errors_in_file = errors

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors_in_file and not data.get("skip_errors"):
            self.add_error(
                "skip_errors",
                _("Rows with errors stop the whole file. Correct them in the file, or choose to leave them out."),
            )
        return data
