"""What somebody does who just cloned the portal: make run, sign in with every demo account, stop it, run it again.

Usage: newcomer.py CLONE HOME
"""

import http.cookiejar
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path

FIRST_START, SECOND_START, ENDING = 180, 30, 30  # seconds at most
clone, home = Path(sys.argv[1]), Path(sys.argv[2])
with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    port = probe.getsockname()[1]
env = {
    name: value
    for name, value in os.environ.items()
    if name not in {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "VIRTUAL_ENV", "PORTAL_DEMO", "MAKEFLAGS"}
} | {"PORT": str(port), "PORTAL_HOME": str(home)}
address = f"http://127.0.0.1:{port}"


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201


def start(limit: int) -> subprocess.Popen[str]:
    begin = time.monotonic()
    log = (clone.parent / "portal.log").open("w+")
    portal = subprocess.Popen(["make", "run"], cwd=clone, env=env, stdout=log, stderr=log, text=True)  # noqa: S607
    while f"Portal ready at {address}" not in (told := (clone.parent / "portal.log").read_text()):
        if portal.poll() is not None or time.monotonic() - begin > limit:
            portal.send_signal(signal.SIGTERM)
            sys.exit(f"The portal was not ready after {time.monotonic() - begin:.0f} s:\n{told}")
        time.sleep(0.2)
    say(f"ready after {time.monotonic() - begin:.0f} s")
    return portal


def stop(portal: subprocess.Popen[str]) -> None:
    portal.send_signal(signal.SIGTERM)
    portal.wait(timeout=ENDING)
    time.sleep(1)
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            sys.exit("The portal was told to end and still answers.")


def sign_in(email: str, password: str) -> None:
    """Through the form, as a browser without script does."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    form = browser.open(f"{address}/accounts/login/").read().decode()
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
    if not found:
        sys.exit("The sign-in page has no form.")
    fields = {"login": email, "password": password, "csrfmiddlewaretoken": found.group(1)}
    request = urllib.request.Request(  # noqa: S310
        f"{address}/accounts/login/", urllib.parse.urlencode(fields).encode(), {"Referer": f"{address}/accounts/login/"}
    )
    answer = browser.open(request)
    if not answer.url.endswith("/me/"):
        sys.exit(f"{email} cannot sign in: {answer.url}")


portal = start(FIRST_START)
accounts = json.loads(
    subprocess.run(  # noqa: S603
        [clone / ".venv/bin/python", "manage.py", "demo_accounts", "--json"],
        cwd=clone,
        env=env,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()[-1]
)
for account in accounts:
    sign_in(account["email"], account["password"])
say(f"{len(accounts)} demo accounts sign in")
stop(portal)
stop(start(SECOND_START))
say("ended and started again")
