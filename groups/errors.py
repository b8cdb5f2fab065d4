"""What may stand against an act, besides a missing right and a state that has moved on."""

from __future__ import annotations

from django.db import models

from core.workflow import Incomplete

__all__ = ["ChangedMeanwhile", "Incomplete"]


class ChangedMeanwhile(ValueError):
    """Somebody saved the same thing since this person opened it: `current` is how it is now."""

    def __init__(self, current: models.Model) -> None:
        self.current = current
        super().__init__(str(current))
