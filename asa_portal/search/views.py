"""The page of the search: everything that its reader may open, and nothing else."""

from __future__ import annotations

from math import ceil
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from asa_portal.search import finding
from asa_portal.search.kinds import BY_KEY
from core.asked import whole

PAGE_SIZE = 20


@login_not_required
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """`?q=` are the words, `?type=` one kind of record, `?page=` where in that list."""
    question = request.GET.get("q", "").strip()
    words = finding.words_of(question)
    kind = BY_KEY.get(request.GET.get("type", ""))
    asked = request.GET.get("page", "")
    number = min(max(whole(asked) or 1, 1), ceil(finding.RANKED / PAGE_SIZE))
    context: dict[str, Any] = {
        "question": question[:200],
        "words": words,
        "kind": kind,
        "number": number,
    }
    everything = finding.search(request.user, words)
    found = everything
    if kind:
        found = finding.search(request.user, words, [kind], PAGE_SIZE, (number - 1) * PAGE_SIZE)
        context["pages"] = ceil(found[0].shown_count / PAGE_SIZE) if found else number
    context["everything"], context["found"] = everything, found
    context["total"] = sum(one.shown_count for one in everything)
    context["hits"] = sum(one.shown_count for one in found)
    context["capped"] = any(one.more for one in found)
    if words and not everything:
        context["resembling"] = finding.resembling(request.user, words)
    return render(request, "search/search.html", context)
