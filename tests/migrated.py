"""The database after all migrations, kept for the next run on SQLite: making it takes longer than most test files.

What differs from it is made up for in every run: what a migration adds by `migrate`, the reference data by
`load_reference`. Another text of a migration, of what loads at `load_reference` or of the requirements is another file.
It lies in the virtual environment, whose packages bring migrations too, and goes with it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.db import connection

MADE_FROM = (
    "requirements.txt",
    "*/migrations/*.py",
    "core/*/migrations/*.py",
    "asa_portal/*/migrations/*.py",
    "*/reference.py",
    "core/*/reference.py",
    "asa_portal/reference/*.*",
)
PLACE = Path(sys.prefix)
A_WEEK = 7 * 24 * 3600  # seconds


def _kept() -> Path:
    digest = hashlib.sha256()
    for path in sorted(path for pattern in MADE_FROM for path in settings.BASE_DIR.glob(pattern) if path.is_file()):
        digest.update(path.read_bytes())
    return PLACE / f"migrated-{digest.hexdigest()[:20]}.sqlite3"


def _test_database() -> Path | None:
    """The file of the test database, none on another server."""
    name = connection.settings_dict["TEST"]["NAME"]
    return Path(name) if connection.vendor == "sqlite" and name else None


def bring() -> bool:
    """Whether the test database was there to be copied."""
    database, kept = _test_database(), _kept()
    if database is None or not kept.exists():
        return False
    shutil.copyfile(kept, database)
    return True


def keep() -> None:
    """Keep the test database as it is now, if none is kept yet."""
    kept = _kept()
    if _test_database() is None or kept.exists():
        return
    for old in PLACE.glob("migrated-*"):
        if old.stat().st_mtime < time.time() - A_WEEK:
            old.unlink(missing_ok=True)
    beside = kept.with_suffix(f".{os.getpid()}")
    with closing(sqlite3.connect(beside)) as copy:
        connection.connection.backup(copy)
    beside.rename(kept)
