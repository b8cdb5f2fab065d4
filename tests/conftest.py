"""What every test stands on: a database with reference data, an empty cache, people and their browsers."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from pytest_django.plugin import blocking_manager_key

from asa_portal.celery import app
from core.models import MemberType
from tests import migrated
from tests.personas import Personas, make_personas

TESTS_BETWEEN_COLLECTIONS = 50
tests_done = pytest.StashKey[int]()
made = pytest.StashKey[bool]()  # whether this process has its database


def load_reference() -> None:
    call_command("load_reference", verbosity=0)


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings: None) -> bool:
    """On SQLite a run begins with the database that an earlier one made with the same migrations, if there is one."""
    return migrated.bring()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any, request: pytest.FixtureRequest) -> None:
    """Every test database has the reference data, as every portal has."""
    with django_db_blocker.unblock():
        load_reference()
        migrated.keep()
    request.config.stash[made] = True


def _uses_database(item: Any) -> bool:
    return bool(item.get_closest_marker("django_db")) or "_django_db_helper" in item.fixturenames


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test with real transactions empties the database when it ends: whoever comes next in this process finds the
    reference data loaded anew. Before its own transaction begins, or every test after it would have to load them."""
    if not _uses_database(item) or not item.config.stash.get(made, False):
        return
    with item.config.stash[blocking_manager_key].unblock():
        if not MemberType.objects.exists():
            load_reference()


@pytest.fixture(autouse=True)
def known_types(request: pytest.FixtureRequest) -> None:
    """Whoever counts queries counts none of those that a process makes once, whatever ran before."""
    if _uses_database(request.node):
        request.getfixturevalue("_django_db_helper")  # before this one, also where a fixture and not a mark asks for it
        ContentType.objects.get_for_models(*apps.get_models())


@pytest.fixture(autouse=True)
def _empty_queue(request: pytest.FixtureRequest) -> None:
    """A real worker finds the messages of its own test, not the hundreds that nobody took before."""
    if request.node.get_closest_marker("services"):
        app.control.purge()


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Rate limits, progress and heartbeats of one test do not reach the next."""
    yield
    cache.clear()


@pytest.fixture
def client_for() -> Callable[[Any], Client]:
    """client_for(user): a browser in which that person is signed in; client_for(personas.visitor): a visitor's."""

    def make(user: Any) -> Client:
        client = Client()
        if user is not None and user.is_authenticated:
            client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return make


@pytest.fixture
def personas(db: None) -> Personas:
    """The fixed people of the tests, each attribute a user."""
    return make_personas()


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was imported stays as long as the process. To look through it for garbage every few hundred objects takes a
    sixth of a run; once in many tests is enough."""
    gc.collect()
    gc.freeze()
    gc.disable()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    done = item.config.stash[tests_done] = item.config.stash.get(tests_done, 0) + 1
    if done % TESTS_BETWEEN_COLLECTIONS == 0:
        gc.collect()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    needs_postgres = pytest.mark.skip(reason="needs PostgreSQL: set TEST_DATABASE_URL")
    if not os.environ.get("TEST_DATABASE_URL", "").startswith("postgres"):
        for item in items:
            if item.get_closest_marker("postgres"):
                item.add_marker(needs_postgres)


def pytest_report_header() -> str:
    broker = "Redis" if os.environ.get("TEST_REDIS_URL") else "files"
    return f"portal: {connection.vendor}, broker and cache in {broker}"
