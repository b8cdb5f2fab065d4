"""Who records the outputs of a group, and who sees them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.permissions import allow, condition
from groups.models import Output
from groups.permissions.documents import is_in_use
from groups.permissions.meetings import body_is_at_work, runs_the_body


@condition(_("This output is not open to you."))
def sees_the_output(user: Any, output: Any) -> bool:
    return Output.objects.visible_to(user).filter(pk=output.pk).exists()


allow("groups.view_output", sees_the_output)
allow("groups.record_output", runs_the_body, body_is_at_work)
allow("groups.change_output", runs_the_body, is_in_use)
allow("groups.withdraw_output", runs_the_body)
