"""Server time of a page: through the whole of Django, without a network."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.test import Client, RequestFactory

from benchmarks import Work


def page(path: str, *, user: Any = None) -> Work:
    """Answers one GET of the path, as that person or as a visitor. Anything but 200 is an error."""
    application = get_wsgi_application()
    factory = RequestFactory(SERVER_NAME="127.0.0.1")
    if user is not None:
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        factory.cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
    environ = factory.get(path).environ

    def answer() -> None:
        seen: list[str] = []
        body = application(dict(environ), lambda status, headers, info=None: seen.append(status))
        b"".join(body)
        body.close()
        if not seen[0].startswith("200"):
            raise RuntimeError(f"{path} answers {seen[0]}")

    return answer
