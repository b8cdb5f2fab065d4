"""What every page needs to know of all apps together."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from asa_portal.pages import numbers


def waiting_number(request: HttpRequest) -> dict[str, Any]:
    """None where it has to be counted first: then the browser asks for it. Looked up only where it is shown."""
    user = getattr(request, "user", None)
    return {"waiting_number": lambda: numbers.known(user) if user and user.is_authenticated else None}
