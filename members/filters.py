"""The filters of the directory; they are in the address, so that a filtered list can be sent to somebody."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from core.models import Country, MemberType
from members import extending, selectors
from members.models import Organisation

# By the folded name: no database sorts Š beside S by itself.
SORTS = {
    "name": ("name_key",),
    "-name": ("-name_key",),
    "country": ("country__name", "name_key"),
    "type": ("member_type__order", "name_key"),
    "since": (F("memberships__starts").desc(), "name_key"),  # of the membership that `members_today` has joined
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
        queryset=Country.objects.none(),
        to_field_name="code",
        label=_("Country"),
        empty_label=_("All countries"),
    )
    region = django_filters.ChoiceFilter(
        method="in_region",
        label=_("Region"),
        empty_label=_("All regions"),
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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = selectors.places()
        self.filters["country"].queryset = Country.objects.filter(pk__in=places.countries)
        self.filters["region"].extra["choices"] = places.regions
        order = self.filters.pop("sort")
        for extra in extending.filters():
            added = django_filters.ChoiceFilter(label=extra.label, empty_label=extra.empty_label, choices=extra.choices)
            added.parent, added.model, added.field_name = self, Organisation, extra.name
            added.method = _applying(extra)
            self.filters[extra.name] = added
        self.filters["sort"] = order

    @property
    def narrowing(self) -> list[str]:
        """The filters that leave something out."""
        return [name for name in self.filters if name != "sort"]

    def search(self, queryset: Any, name: str, value: str) -> QuerySet[Organisation]:
        found: QuerySet[Organisation] = queryset.search(value)
        return found

    def in_region(self, queryset: QuerySet[Organisation], name: str, value: str) -> QuerySet[Organisation]:
        """The region and all below it: codes of NUTS begin with that of the region above."""
        return queryset.filter(region__code__startswith=value)

    def order(self, queryset: QuerySet[Organisation], name: str, value: str) -> QuerySet[Organisation]:
        # The same direction as the name: then the index on names has the order already.
        return queryset.order_by(*SORTS[value], "-pk" if value == "-name" else "pk")


def _applying(extra: extending.ExtraFilter) -> Any:
    def method(queryset: QuerySet[Organisation], name: str, value: str) -> QuerySet[Organisation]:
        return extra.apply(queryset, value)

    return method
