"""Guests: people to whom one group or one work plan is open by name, until a day. A foreign key of their own keeps the
lists fast (core.grants)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.utils.translation import gettext as _t

from core import grants
from groups.models.groups import Group
from groups.models.plans import WorkPlan
from members.models import Organisation


class GroupGrant(grants.Grant):
    """A guest may enter the workspace of one group."""

    RIGHT = "groups.view_group"
    KIND = "group"
    content_object = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="grants")
    label_names_a_person = True

    class Meta(grants.Grant.Meta):
        abstract = False

    def __str__(self) -> str:
        return _t("%(who)s, guest of %(what)s") % {"who": self.user, "what": self.content_object}

    @property
    def group(self) -> Group:
        return self.content_object

    def event_parents(self) -> Iterator[models.Model]:
        yield self.group

    def acted_for(self, actor: Any) -> Organisation | None:
        return self.group.acted_for(actor)

    def get_absolute_url(self) -> str:
        """The public page of the group: what is open besides is linked there."""
        return self.group.get_absolute_url()


class WorkPlanGrant(grants.Grant):
    """A guest may see one plan."""

    RIGHT = "groups.view_workplan"
    KIND = "plan"
    content_object = models.ForeignKey(WorkPlan, on_delete=models.CASCADE, related_name="grants")
    label_names_a_person = True

    class Meta(grants.Grant.Meta):
        abstract = False

    def __str__(self) -> str:
        return _t("%(who)s, guest of %(what)s") % {"who": self.user, "what": self.content_object}

    @property
    def group(self) -> Group:
        return self.content_object.group

    def event_parents(self) -> Iterator[models.Model]:
        yield self.content_object
        yield self.group

    def acted_for(self, actor: Any) -> Organisation | None:
        return self.group.acted_for(actor)

    def get_absolute_url(self) -> str:
        return self.group.get_absolute_url()
