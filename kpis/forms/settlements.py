"""How the Office says what counts of a contested set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from core.models import Indicator
from core.templatetags.portal import number
from kpis.forms.numbers import WholeNumberField
from kpis.models import Adjustment, CountedLine


class SettlementForm(forms.Form):
    """`whole`: the sum of the lines; a number of its own lies between 0 and that."""

    method = forms.ChoiceField(label=_("What counts"), choices=Adjustment.Method.choices, widget=forms.RadioSelect)
    number = WholeNumberField(label=_("A number of its own"))
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("What you found out, and from whom. The second person reads it, and it stays in the history."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, whole: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.whole = whole
        self.fields["number"].help_text = _t(
            "Between 0 and %(n)s, the sum of the lines. It is spread in proportion."
        ) % {"n": number(whole)}

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        own = said.get("method") == Adjustment.Method.NUMBER
        value = said.get("number")
        if not own:
            said["number"] = None
        elif value is None and "number" not in self.errors:
            self.add_error("number", _t("Write the number that counts."))
        elif value is not None and value > self.whole:
            message = _t("At most %(n)s can count: that is the sum of the lines.") % {"n": number(self.whole)}
            self.add_error("number", message)
        return said


class SetFilter(forms.Form):
    """The year and indicator of what is listed; what makes no sense is left out. `one`: always of one year and
    indicator, the latest and the first unless chosen."""

    year = forms.TypedChoiceField(label=_("Year"), coerce=int, empty_value=None, required=False)
    indicator = forms.ChoiceField(label=_("Indicator"), required=False)

    def __init__(self, said: Mapping[str, Any], *, one: bool = False) -> None:
        years = list(CountedLine.objects.order_by("-year").values_list("year", flat=True).distinct())
        indicators = Indicator.objects.filter(computed=False).order_by("order")
        codes = list(indicators.values_list("code", flat=True))
        if one:
            first = {"year": str(years[0]) if years else "", "indicator": codes[0]}
            said = first | {key: value for key, value in said.items() if key in first}
        super().__init__(said, auto_id="filter_%s")
        fields: Any = self.fields
        fields["year"].choices = [(str(year), str(year)) for year in years]
        fields["indicator"].choices = [(code, code) for code in codes]
        if not one:
            fields["year"].choices = [("", _("every year")), *fields["year"].choices]
            fields["indicator"].choices = [("", _("every indicator")), *fields["indicator"].choices]
        self.is_valid()

    @property
    def chosen_year(self) -> int | None:
        return self.cleaned_data.get("year")

    @property
    def chosen_indicator(self) -> str:
        return self.cleaned_data.get("indicator") or ""
