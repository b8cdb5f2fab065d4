"""A person's part in ideas for projects."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.privacy import exports
from projects.models import Approach, Idea, Interest


@exports("project_ideas", _("Ideas for projects that you posted, took interest in, or asked others to look at"))
def project_ideas(user: Any) -> list[dict[str, Any]]:
    posted = Idea.objects.filter(author=user).select_related("organisation").order_by("pk")
    wanted = Interest.objects.filter(person=user).select_related("idea", "organisation").order_by("pk")
    asked = Approach.objects.filter(made_by=user).select_related("idea", "organisation").order_by("pk")
    return [
        *(
            {"kind": "idea", "title": one.title, "for": one.organisation.code, "state": one.status, "at": one.posted_at}
            for one in posted
        ),
        *(
            {
                "kind": "interest",
                "title": one.idea.title,
                "for": one.organisation.code,
                "state": one.status,
                "brings": one.brings,
                "at": one.expressed_at,
            }
            for one in wanted
        ),
        *(
            {"kind": "asked to look", "title": one.idea.title, "whom": one.organisation.code, "at": one.made_at}
            for one in asked
        ),
    ]
