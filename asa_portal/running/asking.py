"""Asks a web server of the portal on this machine, as a supervisor does."""

from __future__ import annotations

from http.client import HTTPConnection

from django.conf import settings


def reachable(host: str) -> str:
    """The address by which a server that listens on all addresses is asked."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104


def ask(host: str, port: int, path: str) -> tuple[int, str]:
    """Status and text of the answer. Raises OSError or HTTPException when there is none."""
    named = next((name for name in settings.ALLOWED_HOSTS if name != "*"), "127.0.0.1").lstrip(".")
    link = HTTPConnection(reachable(host), port, timeout=5)
    try:
        link.request("GET", path, headers={"Host": named})
        answer = link.getresponse()
        return answer.status, answer.read(2000).decode(errors="replace")
    finally:
        link.close()
