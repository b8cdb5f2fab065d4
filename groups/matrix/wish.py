"""What of the matrix is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from committees.models import Seat
from core.catalogues.models import FAMILIES
from groups.extensions import in_active_groups
from groups.models import Group, GroupKind, GroupMembership
from members.models import Organisation

BY: dict[str, str | Promise] = {"types": _("Member types"), "countries": _("Countries")}


@dataclass(frozen=True)
class Wish:
    """What is shown: the columns, and which committee, kind of group and family of members."""

    by: str = "types"
    committee: str = ""
    kind: str = ""
    family: str = ""

    @classmethod
    def of(cls, asked: Any) -> Wish:
        """From an address; what is unknown there is as if it were not said."""
        kind, family = asked.get("kind", ""), asked.get("family", "")
        return cls(
            by="countries" if asked.get("by") == "countries" else "types",
            committee=asked.get("committee", "").strip(),
            kind=kind if kind in GroupKind.values else "",
            family=family if family in FAMILIES else "",
        )

    @property
    def query(self) -> dict[str, str]:
        named = {"by": self.by, "committee": self.committee, "kind": self.kind, "family": self.family}
        return {name: value for name, value in named.items() if value}

    @property
    def field(self) -> str:
        """The code of the column that an organisation counts in."""
        return "country_id" if self.by == "countries" else "member_type__code"

    def organisations(self) -> QuerySet[Organisation]:
        """The members who count."""
        found: QuerySet[Organisation] = Organisation.objects.members()
        return found.filter(of_family(self.family)) if self.family else found

    def groups(self) -> QuerySet[Group]:
        rows = Group.objects.active().filter(kind=self.kind) if self.kind else Group.objects.active()
        return rows.filter(committee__code=self.committee) if self.committee else rows

    def places(self) -> QuerySet[GroupMembership]:
        """Who takes part in the groups that are shown."""
        return in_active_groups().filter(
            group__in=self.groups().values("pk"), organisation__in=self.organisations().values("pk")
        )

    def seats(self) -> QuerySet[Seat]:
        """Who sits in the committees; where one kind of group is asked for, nobody does."""
        rows = Seat.objects.in_force().filter(organisation__in=self.organisations().values("pk"))
        if self.committee:
            rows = rows.filter(committee__code=self.committee)
        return rows.none() if self.kind else rows


def of_family(family: str) -> Q:
    return Q(member_type__code=family) | Q(member_type__code__startswith=f"{family}-")
