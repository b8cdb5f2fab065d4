"""What a process tells of itself."""

from __future__ import annotations

import subprocess
import sys

from django.conf import settings

TELL = "from core.processes import most_memory; print(most_memory())"


def test_the_memory_of_a_program_is_its_own_and_not_of_what_started_it() -> None:
    held = bytearray(b"x" * (300 << 20))
    told = subprocess.run(
        [sys.executable, "-c", TELL], cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    )
    assert len(held) >> 20 == 300
    assert 0 < int(told.stdout) < 150
