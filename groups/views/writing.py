"""Saving a draft: by a button, or as one types, from the same form at the same address. Nobody overwrites what they
have not seen: what two windows wrote in different fields is kept of both, and of the same field both are shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.db import models
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils import formats, timezone

from core import permissions
from groups.errors import ChangedMeanwhile, Incomplete
from groups.forms.conflict import Difference, Merge, merge

TRIES = 3  # so often somebody else may be faster between reading and writing


@dataclass
class Written:
    """What came of saving a form. Not saved: there is a conflict, a refusal, or the form has errors."""

    saved: Any = None
    theirs: list[Difference] = field(default_factory=list)
    conflict: Merge | None = None
    current: Any = None
    says: dict[str, Any] = field(default_factory=dict)  # what `current` says, by the fields of the form
    together: Any = None  # what both wrote, as data of the form, where it does not go together
    refused: str = ""

    @property
    def others_did(self) -> str:
        return "; ".join(f"{one.label}: {one.theirs}" for one in self.theirs)


def write(
    form: Any,
    *,
    save: Callable[[int, dict[str, Any]], Any],
    read: Callable[[], models.Model],
    contents_of: Callable[[Any], dict[str, Any]],
) -> Written:
    """Save a valid form. `save` takes (revision, contents) and raises ChangedMeanwhile; `read` is the thing as it is
    now, and `contents_of` what it says by the fields of the form."""
    revision, contents = form.cleaned_data.get("revision") or 0, form.contents
    result = Written()
    merged: Merge | None = None
    for _attempt in range(TRIES):
        try:
            result.saved = save(revision, contents)
            return result
        except ChangedMeanwhile:
            result.current = read()
            result.says = contents_of(result.current)
            merged = merge(form, result.says)
            revision = result.current.revision
            merged.data["revision"] = str(revision)
            contents, result.theirs = merged.contents, merged.theirs
            if merged.conflicts:
                result.conflict = merged
                return result
        except Incomplete as problem:  # what two people wrote does not go together
            for name, text in problem.problems.items():
                form.add_error(name if name in form.fields else None, text)
            result.together = merged.data if merged else None
            return result
        except permissions.Denied as problem:  # submitted meanwhile
            result.refused = str(problem)
            form.add_error(None, result.refused)
            return result
    raise RuntimeError("Somebody else saves this faster than it can be read.")


def wants_json(request: HttpRequest) -> bool:
    """Whether the script that saves as one types sent the form."""
    return request.headers.get("Accept") == "application/json"


def told(request: HttpRequest, form: forms.BaseForm, written: Written, *, is_new: bool = False) -> HttpResponse:
    """What the script reads (static/js/autosave.js). Of a thing that does not exist yet, a field that is not filled in
    is no mistake: it is only said what comes first."""
    if written.conflict is not None:
        again = {"conflict": written.conflict.conflicts, "theirs": written.theirs}
        html = render_to_string("groups/partials/_conflict_table.html", again, request)
        values = _values(form, written)
        return JsonResponse({"html": html, "seen": written.current.revision, "values": values}, status=409)
    if written.refused:
        return JsonResponse({"problem": written.refused}, status=403)
    problems = form.errors.as_data() if form.errors else {}
    wanted = [name for name, found in problems.items() if is_new and all(one.code == "required" for one in found)]
    answer: dict[str, Any] = {
        "saved": formats.time_format(timezone.localtime(), "TIME_FORMAT") if written.saved else "",
        "seen": written.saved.revision if written.saved else form.data.get("revision", ""),
        "errors": {
            form[name].id_for_label: [str(text) for one in found for text in one]
            for name, found in problems.items()
            if name in form.fields and name not in wanted
        },
        "wanted": ", ".join(str(form.fields[name].label) for name in wanted),
        "theirs": written.others_did,
        "values": _values(form, written),
    }
    return JsonResponse(answer, status=200 if written.saved else 422)


def _values(form: forms.BaseForm, written: Written) -> dict[str, str]:
    """What somebody else wrote in fields that this person left alone, as the fields take it."""
    found = {one.name: form.fields[one.name].prepare_value(written.says[one.name]) for one in written.theirs}
    return {name: "" if value is None else str(value) for name, value in found.items()}
