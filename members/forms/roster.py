"""Forms of the roster import."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from core.imports.forms import ColumnsForm
from core.imports.models import Import
from core.models import MemberType


class MappingForm(ColumnsForm):
    """Which column is which field, and the type of the organisations whose row names none."""

    member_type = forms.ModelChoiceField(
        MemberType.objects.none(),
        label=_("Member type of rows that name none"),
        required=False,
        to_field_name="code",
        empty_label=_("Please choose"),
    )

    def __init__(self, *args: Any, batch: Import, **kwargs: Any) -> None:
        super().__init__(*args, batch=batch, **kwargs)
        kind = cast(forms.ModelChoiceField, self.fields["member_type"])
        kind.queryset = MemberType.objects.active()
        kind.initial = batch.options.get("member_type")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "member_type" not in data["mapping"].values() and not data.get("member_type"):
            self.add_error("member_type", _("No column names the member type, so choose one for all rows."))
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
