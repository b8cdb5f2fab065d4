"""Processes that belong together end together, and what one tells of its memory."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys

_PR_SET_PDEATHSIG = 1  # <linux/prctl.h>


def end_with_parent(how: signal.Signals = signal.SIGTERM) -> None:
    """Ask the kernel to send this process `how` when its parent dies, even of SIGKILL. Elsewhere than on Linux
    nothing happens: there a killed parent leaves its children behind."""
    if not sys.platform.startswith("linux"):
        return
    parent = os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(how), 0, 0, 0)
    if os.getppid() != parent:  # it died while we asked
        os.kill(os.getpid(), how)


def most_memory() -> int:
    """The most memory (MB) that this process has held. Linux tells it of the program that runs; what getrusage tells
    includes what the process that started it held at that moment, and is asked where there is nothing better (KB, on
    macOS bytes)."""
    try:
        with open("/proc/self/status", encoding="ascii") as told:
            return round(next(int(line.split()[1]) for line in told if line.startswith("VmHWM:")) / (1 << 10))
    except (OSError, StopIteration):
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return round(most / (1 << 20 if sys.platform == "darwin" else 1 << 10))
