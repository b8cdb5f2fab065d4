"""Writing a proposal."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from committees.models import Committee
from core.forms import DayField
from core.models import Theme
from groups.models import Proposal
from members.models import Organisation
from members.names import name_key


class NamesWidget(forms.Widget):
    """Several lines to type names in, with suggestions from the browser's own list; one line is always to spare."""

    template_name = "groups/widgets/names.html"
    use_fieldset = True
    lines = 5

    def format_value(self, value: Any) -> list[str]:
        return list(value or [])

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        names = self.format_value(value)
        context["widget"]["rows"] = names + [""] * max(self.lines - len(names), 1)
        context["widget"]["options"] = Organisation.objects.members().values_list("legal_name", "code")
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        values = data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])
        return [value.strip() for value in values if value.strip()]

    def id_for_label(self, id_: str, index: str = "0") -> str:
        return f"{id_}_{index}" if id_ else ""


class MembersField(forms.Field):
    """Member organisations by name, short name or portal code. Cleans to a list of them."""

    widget = NamesWidget

    def clean(self, value: Any) -> list[Organisation]:
        found: dict[int, Organisation] = {}
        problems = []
        for name in value or []:
            same = Q(code__iexact=name) | Q(short_name__iexact=name) | Q(name_key=name_key(name))
            matches = list(Organisation.objects.members().filter(same)[:3])
            if not matches:
                problems.append(forms.ValidationError(_("No member is called “%(name)s”."), "unknown", {"name": name}))
            elif len(matches) > 1:
                problems.append(
                    forms.ValidationError(
                        _("Several members are called “%(name)s”: type the code, %(codes)s."),
                        "several",
                        {"name": name, "codes": ", ".join(one.code for one in matches)},
                    )
                )
            else:
                found[matches[0].pk] = matches[0]
        if problems:
            raise forms.ValidationError(problems)
        return list(found.values())


def grouped_themes() -> list[tuple[str, list[tuple[int, str]]]]:
    """The themes in force under the names of their committees, for a field with groups."""
    names = dict(Committee.objects.values_list("code", "name"))
    themes = Theme.objects.filter(active=True).order_by("committee_code", "order")
    return [
        (names.get(code, code), [(theme.pk, theme.name) for theme in rows])
        for code, rows in groupby(themes, key=lambda theme: theme.committee_code)
    ]


class ProposalForm(forms.ModelForm):
    """A draft may have gaps; `hand_in` says that it is to be submitted, and then it may not."""

    NEEDED = {
        "scope": _("Say what the group will work on."),
        "expected_outputs": _("Say what the group will produce."),
        "themes": _("Choose at least one theme."),
    }
    use_required_attribute = False

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    founders = MembersField(
        label=_("Other founding members"),
        required=False,
        help_text=_("Name or code of each. Your own organisation is one of the founders already."),
    )

    class Meta:
        model = Proposal
        fields = ("title", "committee", "kind", "ends", "themes", "scope", "out_of_scope", "expected_outputs")
        field_classes = {"ends": DayField}
        widgets = {
            "kind": forms.RadioSelect,
            "ends": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "themes": forms.CheckboxSelectMultiple,
            "scope": forms.Textarea(attrs={"rows": 5}),
            "out_of_scope": forms.Textarea(attrs={"rows": 3}),
            "expected_outputs": forms.Textarea(attrs={"rows": 4}),
        }
        help_texts = {
            "title": _("What the group will be called, without “working group” or “task force”."),
            "kind": _("A working group is permanent; a task force ends on a set day."),
            "ends": _("For a task force only: its last day."),
            "scope": _("What the group works on, for whom, and why it takes a group."),
            "expected_outputs": _("One a line: what will be there that is not there today."),
        }

    def __init__(self, *args: Any, hand_in: bool = False, minimum: int = 3, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hand_in, self.minimum = hand_in, minimum
        self.fields["founders"].required = not self.is_bound
        self.fields["kind"].choices = Proposal._meta.get_field("kind").choices  # type: ignore[attr-defined]
        self.fields["committee"].empty_label = _("Choose …")  # type: ignore[attr-defined]
        # What a draft may leave out is asked for all the same: the form says "optional" only of what stays so.
        for name, sentence in self.NEEDED.items():
            self.fields[name].required = hand_in or not self.is_bound
            self.fields[name].error_messages["required"] = sentence
        self.fields["themes"].choices = grouped_themes()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        draft = Proposal(kind=data.get("kind", ""), ends=data.get("ends"))
        if data.get("ends") or self.hand_in:
            problem = draft.end_problem()
            if problem and data.get("kind") and "ends" not in self.errors:
                self.add_error("ends", problem)
        if self.hand_in and "founders" in data and len(data["founders"]) + 1 < self.minimum:
            self.add_error(
                "founders",
                forms.ValidationError(
                    _("At least %(n)s member organisations found a group, yours included."),
                    "few",
                    {"n": self.minimum},
                ),
            )
        return data

    @property
    def contents(self) -> dict[str, Any]:
        """What the service takes."""
        return {name: value for name, value in self.cleaned_data.items() if name not in {"key", "revision"}}


def contents_of(proposal: Proposal) -> dict[str, Any]:
    """What a saved proposal says, by the fields of the form."""
    own = proposal.organisation_id
    return {
        **{name: getattr(proposal, name) for name in ("title", "committee", "kind", "ends", "scope", "out_of_scope")},
        "expected_outputs": proposal.expected_outputs,
        "themes": list(proposal.themes.all()),
        "founders": list(proposal.founders.exclude(pk=own)),
    }


def names_of(organisations: Iterable[Organisation]) -> list[str]:
    return [organisation.legal_name for organisation in organisations]


class AnswerForm(forms.Form):
    """The answer to a question of the committee. `hand_in` is one of the two buttons."""

    note = forms.CharField(
        label=_("Your answer"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Told to those who asked, and kept with the proposal."),
        error_messages={"required": _("Write your answer to the question of the committee.")},
    )
    hand_in = forms.BooleanField(required=False, widget=forms.HiddenInput)
