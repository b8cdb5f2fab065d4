"""What may stand against an act, besides a missing right and a state that has moved on."""

from __future__ import annotations

from django.db import models


class Incomplete(ValueError):
    """Something is missing before the thing can be handed in or accepted: `problems` is {field: sentence}."""

    def __init__(self, problems: dict[str, str]) -> None:
        self.problems = problems
        super().__init__(" ".join(problems.values()))


class ChangedMeanwhile(ValueError):
    """Somebody saved the same thing since this person opened it: `current` is how it is now."""

    def __init__(self, current: models.Model) -> None:
        self.current = current
        super().__init__(str(current))


class NotPossible(ValueError):
    """The act does not fit how things are now; `str()` says why, for the person."""
