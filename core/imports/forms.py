"""Forms that every kind of import needs: the upload, where the table is, which column is which."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from core.imports import services
from core.imports.corrections import is_added
from core.imports.models import Import


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("Spreadsheet"),
        help_text=_("An .xlsx, .xls, .ods, .csv or .tsv file with a row of headers."),
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


class ColumnsForm(forms.Form):
    """Which column is which field."""

    def __init__(self, *args: Any, batch: Import, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.batch = batch
        choices = [("", _("– leave aside –")), *((field.name, field.label) for field in batch.of_kind.fields)]
        self.positions = [n for n, header in enumerate(batch.columns) if not is_added(header)]
        for position in self.positions:
            header = batch.columns[position]
            self.fields[f"column_{position}"] = forms.ChoiceField(
                label=header or _("Column %(n)s") % {"n": position + 1},
                choices=choices,
                required=False,
                initial=batch.mapping.get(str(position), ""),
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        mapping: dict[int, str] = {}
        for position in self.positions:
            name = data.get(f"column_{position}", "")
            if name and name in mapping.values():
                self.add_error(f"column_{position}", _("Another column is mapped to this already."))
            elif name:
                mapping[position] = name
        for label in services.missing_columns(self.batch.of_kind, mapping):
            self.add_error(
                None, _("Say which column is “%(label)s”: no row can be used without it.") % {"label": label}
            )
        data["mapping"] = mapping
        return data
