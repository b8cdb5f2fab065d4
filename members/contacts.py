"""The Office's list of contacts: who represents whom, by role, body and country."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from core.models import Country, MemberType
from core.text import fold
from members import extending, selectors
from members.models import Representation

Contact = dict[str, Any]


def _bodies() -> list[tuple[str, Any]]:
    groups: list[tuple[str, Any]] = [("", _("All bodies"))]
    for kind in extending.bodies():
        groups.append((str(kind.label), [(f"{kind.key}:{code}", name) for code, name in kind.choices()]))
    return groups


class ContactFilter(forms.Form):
    q = forms.CharField(
        label=_("Name or organisation"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label=_("Role"), required=False, choices=[("", _("All roles")), *Representation.Role.choices]
    )
    body = forms.ChoiceField(label=_("Committee or group"), required=False, choices=_bodies)
    country = forms.ModelChoiceField(
        label=_("Country"),
        required=False,
        queryset=Country.objects.none(),
        to_field_name="code",
        empty_label=_("All countries"),
    )
    type = forms.ModelChoiceField(
        label=_("Member type"),
        required=False,
        queryset=MemberType.objects.none(),
        to_field_name="code",
        empty_label=_("All types"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].queryset = selectors.countries_with_members()  # type: ignore[attr-defined]
        self.fields["type"].queryset = MemberType.objects.active()  # type: ignore[attr-defined]

    def people(self) -> QuerySet[Representation, Contact]:
        """One row per person and organisation, by organisation and name. What is not understood filters nothing."""
        self.is_valid()
        wanted = self.cleaned_data
        held = Representation.objects.current().of_members()
        if wanted.get("role"):
            has_it = held.filter(user=OuterRef("user"), organisation=OuterRef("organisation"), role=wanted["role"])
            held = held.filter(Exists(has_it))
        if wanted.get("body") and (condition := extending.holds(wanted["body"])) is not None:
            held = held.filter(condition)
        if wanted.get("country"):
            held = held.filter(organisation__country=wanted["country"])
        if wanted.get("type"):
            held = held.filter(organisation__member_type=wanted["type"])
        for word in wanted.get("q", "").split()[:6]:
            of_person = Q(user__name__icontains=word) | Q(user__email__icontains=word)
            held = held.filter(of_person | Q(organisation__search_text__contains=fold(word)))
        rows = held.order_by("organisation__name_key", "user__name", "user__email", "organisation", "user")
        return rows.values(
            "user_id",
            "organisation_id",
            "user__name",
            "user__email",
            "organisation__code",
            "organisation__legal_name",
            "organisation__country__name",
            "organisation__member_type__name",
            "organisation__name_key",
        ).distinct()


def with_roles(contacts: Iterable[Contact]) -> list[Contact]:
    """Adds `roles`, the names of all that the person holds there, in one query."""
    found = list(contacts)
    roles: dict[tuple[int, int], list[str]] = defaultdict(list)
    held = Representation.objects.current().filter(organisation__in={one["organisation_id"] for one in found})
    order = list(Representation.Role.values)
    for user_id, organisation_id, role in held.values_list("user_id", "organisation_id", "role"):
        roles[user_id, organisation_id].append(role)
    for one in found:
        mine = sorted(set(roles[one["user_id"], one["organisation_id"]]), key=order.index)
        one["roles"] = ", ".join(str(Representation.Role(role).label) for role in mine)
    return found


def table(contacts: Iterable[Contact]) -> tuple[list[str], list[list[str]]]:
    """(headers, rows) for core.spreadsheets.writing."""
    header = [
        _t("Name"),
        _t("E-mail"),
        _t("Role"),
        _t("Organisation"),
        _t("Portal code"),
        _t("Member type"),
        _t("Country"),
    ]
    keys = (
        "user__name",
        "user__email",
        "roles",
        "organisation__legal_name",
        "organisation__code",
        "organisation__member_type__name",
        "organisation__country__name",
    )
    return header, [[str(one[key]) for key in keys] for one in with_roles(contacts)]
