"""What a portal in production believes of who asks it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ASK = """
from asa_portal import settings
print(getattr(settings, "SECURE_PROXY_SSL_HEADER", None) is not None, settings.ALLAUTH_TRUSTED_PROXY_COUNT)
"""


@pytest.mark.parametrize(("said", "believed"), [("", "False 0"), ("1", "True 1")])
def test_forwarded_headers_are_believed_only_where_a_proxy_is_said_to_stand_in_front(
    tmp_path: Path, said: str, believed: str
) -> None:
    env = {
        **os.environ,
        "PORTAL_HOME": str(tmp_path),
        "PORTAL_PRODUCTION": "1",
        "SECRET_KEY": "x" * 60,
        "ALLOWED_HOSTS": "portal.example.org",
        "DATABASE_URL": "",
    }
    env.pop("BEHIND_PROXY", None)
    if said:
        env["BEHIND_PROXY"] = said
    answer = subprocess.run(
        [sys.executable, "-c", ASK], env=env, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == believed
