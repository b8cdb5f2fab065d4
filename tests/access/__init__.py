"""The table of rights: for each address and each persona, the answer that they get.

A row stands in tests/access/<app>.py, in a list called ROWS, beside PUBLIC, the names of the addresses that need no
signing in:

    PUBLIC = {"groups:group_list"}
    ROWS = [
        Row("groups:group_list", everyone=200),
        Row("groups:plan_detail", lambda p: [draft_plan(p).pk], signed_in=404, delegate=200, chair=200),
        Row("groups:plan_approve", lambda p: [plan(p).pk], post={"note": "Fine."}, signed_in=403, chair=302),
    ]

The second argument makes the objects, when the address has arguments: it gets the Personas and returns the arguments,
as a list or a dict. `everyone` is what all get unless named, `signed_in` what all but the visitor get; the visitor of a
page that is not public is sent to sign in (302; 401 for a form, whose text is given back) unless told otherwise. A row
with `post` sends that as a form; each persona acts on untouched objects. Several rows may name one address (a draft and
an approved plan, GET and POST).
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from types import ModuleType
from typing import Any

from tests.personas import NAMES, Personas

Arguments = Callable[[Personas], "list[Any] | dict[str, Any]"]


class Row:
    def __init__(
        self,
        name: str,
        arguments: Arguments | None = None,
        *,
        everyone: int | None = None,
        signed_in: int | None = None,
        post: dict[str, Any] | None = None,
        **answers: int,
    ) -> None:
        if unknown := answers.keys() - set(NAMES):
            raise TypeError(f"{name}: no such persona: {', '.join(sorted(unknown))}")
        self.name, self.arguments, self.post = name, arguments, post
        visitor = everyone if everyone is not None else 302 if post is None else 401
        rest = signed_in if signed_in is not None else everyone
        self.answers = {who: answers.get(who, visitor if who == "visitor" else rest) for who in NAMES}
        if missing := [who for who, status in self.answers.items() if status is None]:
            raise TypeError(f"{name}: what do they get: {', '.join(missing)}?")

    def __repr__(self) -> str:
        return f"{'POST ' if self.post is not None else ''}{self.name}"


def _modules() -> list[ModuleType]:
    return [importlib.import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__)]


def rows() -> list[Row]:
    return [row for module in _modules() for row in module.ROWS]


def public_names() -> set[str]:
    return {name for module in _modules() for name in module.PUBLIC}
