"""/healthz and /readyz."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client

from core import health
from core.tasks import BEAT_KEY, HEARTBEAT_KEY, own_heartbeat_key

pytestmark = pytest.mark.django_db


def test_alive_asks_nothing_of_anybody(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert not answer.cookies
    assert "no-store" in answer["Cache-Control"]


def test_without_a_worker_the_portal_is_not_ready_and_says_so(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {
        "status": "not ready",
        "database": "ok",
        "broker": "ok",
        "worker": "no worker has given a sign of life",
    }
    assert not answer.cookies


def test_with_a_worker_it_is_ready(client: Client) -> None:
    cache.set(HEARTBEAT_KEY, 1)
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "database": "ok", "broker": "ok", "worker": "ok"}


def test_a_part_that_breaks_is_named_without_its_address(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable() -> None:
        raise ConnectionError("redis://user:secret@host")

    cache.set(HEARTBEAT_KEY, 1)
    monkeypatch.setitem(health.PARTS, "broker", unreachable)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["broker"] == "not reachable (ConnectionError)"


@pytest.mark.parametrize(("part", "key"), [("worker", own_heartbeat_key()), ("beat", BEAT_KEY)])
def test_an_orchestrator_asks_after_each_part(part: str, key: str, capsys: Any) -> None:
    with pytest.raises(CommandError, match="no sign of life"):
        call_command("healthcheck", part)
    cache.set(key, 1)
    call_command("healthcheck", part)
    assert capsys.readouterr().out == "ok\n"


def test_an_orchestrator_asks_after_the_web_server(settings: Any, live_server: Any) -> None:
    settings.PORT = int(live_server.url.rpartition(":")[2])
    call_command("healthcheck", "web")
    settings.PORT = 1
    with pytest.raises(CommandError, match="does not answer"):
        call_command("healthcheck", "web")
