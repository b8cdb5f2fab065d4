"""A dictionary of several values a key, for tables of tens of thousands of keys that mostly have one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class MultiDict(Generic[K, V]):
    """A list for each key would take more memory than all the values: a single value stands for itself. Values are no
    lists themselves."""

    def __init__(self) -> None:
        self._values: dict[K, V | list[V]] = {}

    def add(self, key: K, value: V) -> None:
        known = self._values.get(key)
        if known is None:
            self._values[key] = value
        elif isinstance(known, list):
            known.append(value)
        else:
            self._values[key] = [known, value]

    def get(self, key: K) -> Sequence[V]:
        """In the order in which they were added."""
        known = self._values.get(key)
        if known is None:
            return ()
        return known if isinstance(known, list) else (known,)
