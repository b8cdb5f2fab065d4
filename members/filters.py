"""The filters of the directory; they are in the address, so that a filtered list can be sent to somebody."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from core.models import MemberType
from members import selectors
from members.models import Membership, Organisation

# By the folded name: no database sorts Š beside S by itself.
SORTS = {
    "name": ("name_key",),
    "-name": ("-name_key",),
    "country": ("country__name", "name_key"),
    "type": ("member_type__order", "name_key"),
    "since": (F("memberships__starts").desc(), "name_key"),
}


class DirectoryFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        method="search",
        label=_("Name"),
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "maxlength": 120}),
    )
    type = django_filters.ModelChoiceFilter(
        field_name="member_type",
        queryset=lambda request: MemberType.objects.active(),
        to_field_name="code",
        label=_("Member type"),
        empty_label=_("All types"),
    )
    country = django_filters.ModelChoiceFilter(
        queryset=lambda request: selectors.countries_with_members(),
        to_field_name="code",
        label=_("Country"),
        empty_label=_("All countries"),
    )
    sort = django_filters.ChoiceFilter(
        method="order",
        label=_("Order"),
        empty_label=None,
        choices=[
            ("name", _("Name, A to Z")),
            ("-name", _("Name, Z to A")),
            ("country", _("Country")),
            ("type", _("Member type")),
            ("since", _("Newest members")),
        ],
    )

    class Meta:
        model = Organisation
        fields: list[str] = []

    def search(self, queryset: Any, name: str, value: str) -> QuerySet[Organisation]:
        found: QuerySet[Organisation] = queryset.search(value)
        return found

    def order(self, queryset: QuerySet[Organisation], name: str, value: str) -> QuerySet[Organisation]:
        if value == "since":  # those of today, not earlier ones that have ended
            queryset = queryset.filter(memberships__status=Membership.Status.ACTIVE)
        return queryset.order_by(*SORTS[value], "pk")
