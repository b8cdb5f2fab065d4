"""Who hears of documents and outputs: the people of the body, of what members or everybody may read from now on, and of
nothing else. Whoever uploads drafts for the next meeting writes to nobody by it."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from core.models import Event
from core.notifications import audience, name_kind
from groups.meetings.people import places
from groups.models import Document, Output, Visibility
from groups.selectors import people_in
from members.models import User

name_kind("document", _("Documents of committees and groups"))
name_kind("output", _("Outputs of groups"))


@audience("document.add", "document.open")
def those_of_the_body(event: Event, document: Document) -> Iterable[User]:
    if document.body is None or document.visibility == Visibility.BODY:
        return []
    return User.objects.filter(pk__in=list(places(document)), is_system=False)


@audience("output.record")
def everybody_in_its_group(event: Event, output: Output) -> Iterable[User]:
    return people_in(output.group) if output.visibility != Visibility.BODY else []
