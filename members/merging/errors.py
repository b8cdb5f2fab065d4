from __future__ import annotations


class CannotMerge(Exception):
    """Two organisations cannot become one, or not be taken apart again; `str()` says why."""
