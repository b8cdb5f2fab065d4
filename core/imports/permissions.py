"""Rights over imports: whoever may run imports of a kind may take every step of one."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.imports.kinds import kind
from core.permissions import allow, condition


@condition(_("Only the ASA Office and administrators may run this import."))
def may_run_it(user: Any, obj: Any) -> bool:
    return obj is not None and user.has_perm(kind(obj.kind).right)


for step in ("map", "check", "finish", "stop", "decide", "confirm", "withdraw", "fail", "discard", "undo", "leave"):
    allow(f"imports.{step}_import", may_run_it)
