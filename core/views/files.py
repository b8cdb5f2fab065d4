"""Handing out files that somebody sent."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpResponseBase

from core.models.files import KeptFile


def sealed(answer: HttpResponseBase) -> HttpResponseBase:
    """What is inside comes from somebody else: opened by itself it is a file of its type, and no page of the portal."""
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def as_download(kept: KeptFile) -> HttpResponseBase:
    """Always as a download, under the name that it came with. Http404 where the file is gone."""
    try:
        file = kept.file.open("rb")
    except (FileNotFoundError, ValueError):
        raise Http404 from None
    answer = FileResponse(file, as_attachment=True, filename=kept.name, content_type=kept.media_type)
    answer["Cache-Control"] = "private, no-store"
    return sealed(answer)
