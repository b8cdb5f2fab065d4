"""Settings of a test run: the portal's own, in a folder of its own that is thrown away afterwards.

What the shell exports for a portal (PORTAL_HOME, DATABASE_URL, REDIS_URL …) does not reach the tests. A run on services
asks for them by name: TEST_DATABASE_URL=postgres://… TEST_REDIS_URL=redis://host:port/1
"""

import atexit
import os
import re
import shutil
import tempfile

_home = tempfile.mkdtemp(prefix="portal-test-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
_process = int(re.sub(r"\D", "", os.environ.get("PYTEST_XDIST_WORKER", "")) or 0)
_redis = os.environ.get("TEST_REDIS_URL", "")
_run = os.environ.setdefault("PORTAL_TEST_RUN", str(os.getpid()))  # one number for all processes of this run

for _name in (
    "PORTAL_PRODUCTION",
    "PORTAL_DEMO",
    "PORTAL_URL",
    "PORT",
    "DEBUG",
    "EMAIL_URL",
    "OIDC_ISSUER",
    "SECRET_KEY",
):
    os.environ.pop(_name, None)
os.environ |= {
    "PORTAL_HOME": _home,
    "DATABASE_URL": os.environ.get("TEST_DATABASE_URL", "") or f"sqlite:///{_home}/portal.sqlite3",
    # Each test process has a Redis database of its own: they empty the cache between tests.
    "REDIS_URL": f"{_redis.rpartition('/')[0]}/{int(_redis.rpartition('/')[2]) + _process}" if _redis else "",
    "LOG_LEVEL": "ERROR",
}

from asa_portal.settings import *  # noqa: E402, F403
from asa_portal.settings import DATABASES, STATIC_ROOT, STORAGES  # noqa: E402

if not os.environ.get("TEST_DATABASE_URL"):
    # A file, not memory: threads, the live server and real workers open connections of their own.
    DATABASES["default"]["TEST"] = {"NAME": f"{_home}/test.sqlite3"}
    DATABASES["default"]["OPTIONS"]["init_command"] += "; PRAGMA synchronous=OFF"  # type: ignore[index]
else:
    DATABASES["default"]["TEST"] = {"NAME": f"test_portal_{_run}"}  # two runs on one server do not meet
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
os.makedirs(STATIC_ROOT, exist_ok=True)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
