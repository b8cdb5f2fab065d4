"""The pages of an import, one after the other: upload, columns, dry run, preview, confirmation, result. The state of
the import says which of them is shown at its one address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, re_path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import events, permissions
from core.imports import pages, services
from core.imports.forms import ColumnsForm, TableForm, UploadForm
from core.imports.kinds import Kind
from core.imports.models import Import, ImportRow
from core.workflow import InvalidTransition

S = Import.Status
_OUTCOMES = {"error": "errors", "new": "new", "changed": "changed", "unchanged": "unchanged"}
_REVERSALS = ("kept", "failed", "reversed")
_ROWS_A_PAGE = 50


@dataclass(frozen=True)
class Wizard:
    """Of one kind of import whose rows are never in doubt. Its addresses and templates begin with `name`:
    "projects:import" is for projects:import_list and projects/import_list.html."""

    kind: Kind
    name: str

    def address(self, page: str) -> str:
        return f"{self.name}_{page}"

    def template(self, page: str) -> str:
        return f"{self.name.replace(':', '/')}_{page}.html"

    def urls(self) -> list[URLPattern]:
        """To be included where the list of the imports stands."""
        name = self.address("").partition(":")[2]
        read_or_write = require_http_methods(["GET", "HEAD", "POST"])
        return [
            path("", read_or_write(self.overview), name=f"{name}list"),
            path("<int:pk>/", never_cache(require_GET(self.detail)), name=f"{name}detail"),
            path("<int:pk>/columns/", read_or_write(self.columns), name=f"{name}columns"),
            path("<int:pk>/table/", require_POST(self.table), name=f"{name}table"),
            path("<int:pk>/progress/", never_cache(require_GET(self.progress)), name=f"{name}progress"),
            path("<int:pk>/confirm/", require_POST(self.confirm), name=f"{name}confirm"),
            path("<int:pk>/check/", require_POST(self.check), name=f"{name}check"),
            path("<int:pk>/stop/", require_POST(self.stop), name=f"{name}stop"),
            path("<int:pk>/discard/", require_POST(self.discard), name=f"{name}discard"),
            path("<int:pk>/undo/", require_POST(self.undo), name=f"{name}undo"),
            re_path(
                r"^(?P<pk>\d+)/to-correct\.(?P<ending>csv|xlsx|ods)$", require_GET(self.errors), name=f"{name}errors"
            ),
        ]

    def find(self, request: HttpRequest, pk: int) -> Import:
        return pages.find_import(request, pk, kind=self.kind.key)

    def overview(self, request: HttpRequest) -> HttpResponse:
        """The imports so far, and the upload of the next."""
        permissions.require(request.user, self.kind.right)
        form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
        if batch := pages.take_file(form, kind=self.kind.key, actor=request.user):
            return redirect(batch)
        found = Import.objects.visible_to(request.user).filter(kind=self.kind.key).select_related("created_by")
        page = Paginator(found, 25).get_page(request.GET.get("page"))
        context = {"form": form, "page": page, "fields": self.kind.fields}
        return render(request, self.template("list"), context, status=422 if form.errors else 200)

    def detail(self, request: HttpRequest, pk: int) -> HttpResponse:
        batch = self.find(request, pk)
        if batch.is_running:
            return render(request, self.template("progress"), pages.progress_context(batch))
        if batch.status in {S.UPLOADED, S.MAPPED, S.FAILED}:
            return self._columns(request, batch)
        return self._rows(request, batch)

    # -- Columns -------------------------------------------------------------------------------------------------------
    def _columns(
        self,
        request: HttpRequest,
        batch: Import,
        *,
        form: ColumnsForm | None = None,
        table_form: TableForm | None = None,
        status: int = 200,
    ) -> HttpResponse:
        context = pages.columns_context(batch, form or ColumnsForm(batch=batch), table_form)
        return render(request, self.template("columns"), context, status=status)

    def columns(self, request: HttpRequest, pk: int) -> HttpResponse:
        """GET: the columns again, after a dry run. POST: save them, then start the dry run."""
        batch = self.find(request, pk)
        actor: Any = request.user  # signed in: find() answers nobody else
        if batch.status not in {S.UPLOADED, S.MAPPED, S.CHECKED, S.FAILED}:
            return redirect(batch)
        if request.method != "POST":
            return self._columns(request, batch)
        form = ColumnsForm(request.POST, batch=batch)
        if not form.is_valid():
            return self._columns(request, batch, form=form, status=422)
        try:
            services.map_columns(import_id=batch.pk, mapping=form.cleaned_data["mapping"], options={}, actor=actor)
            services.start_check(import_id=batch.pk, actor=actor)
        except InvalidTransition as changed:
            messages.warning(request, changed.explanation)
        return redirect(batch)

    def table(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The headers are on another sheet or row."""
        batch = self.find(request, pk)
        return pages.move_table(
            request,
            batch,
            again=lambda form: self._columns(request, batch, table_form=form, status=422),
            to=self.address("columns"),
        )

    # -- Preview, result, undone ---------------------------------------------------------------------------------------
    def _rows(self, request: HttpRequest, batch: Import) -> HttpResponse:
        """The rows by outcome; of an import that was undone, by what became of them."""
        undone = batch.status == S.UNDONE
        labels: Any = ImportRow.Result if undone else ImportRow.Outcome
        named = {key: key for key in _REVERSALS} if undone else _OUTCOMES
        tabs = [
            {"key": key, "label": labels(key).label, "count": batch.counts.get(count, 0)}
            for key, count in named.items()
        ]
        keys = [tab["key"] for tab in tabs]
        first = next((tab["key"] for tab in tabs if tab["count"]), keys[-1])
        chosen = asked if (asked := request.GET.get("rows", "")) in keys else first
        rows = batch.rows.filter(result=chosen) if undone else batch.rows.filter(outcome=chosen)
        page = Paginator(rows, _ROWS_A_PAGE).get_page(request.GET.get("page"))
        for row in page:
            pages.with_labels(row, batch)
        context = {
            "batch": batch,
            "tabs": tabs,
            "tab": chosen,
            "page": page,
            "to_write": batch.counts.get("new", 0) + batch.counts.get("changed", 0),
            "events": events.of(batch)[:20],
        }
        return render(request, self.template("rows"), context)

    def progress(self, request: HttpRequest, pk: int) -> HttpResponse:
        batch = self.find(request, pk)
        return pages.moving_part(request, context=pages.moving_context(batch), page=batch)

    def errors(self, request: HttpRequest, pk: int, ending: str) -> HttpResponse:
        return pages.file_to_correct(self.find(request, pk), ending, name=self.kind.key)

    # -- Acts ----------------------------------------------------------------------------------------------------------
    def _act(self, request: HttpRequest, batch: Import, step: Callable[..., Any]) -> HttpResponse:
        try:
            step(import_id=batch.pk, actor=request.user)
        except (services.ErrorsInFile, services.NotOnRecord) as problem:
            messages.error(request, str(problem))
        except InvalidTransition as changed:
            if not Import.objects.get(pk=batch.pk).is_running:  # sent twice is no news
                messages.warning(request, changed.explanation)
        return redirect(batch)

    def confirm(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Write the file, without its rows with errors where that was chosen and the kind allows it; also takes up the
        writing of one whose workers were all lost, as it was confirmed."""
        batch = self.find(request, pk)
        said = "skip_errors" in request.POST
        skip = bool(batch.options.get("skip_errors")) if batch.status == S.APPLYING else said
        return self._act(request, batch, partial(services.confirm, skip_errors=skip))

    def check(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Check again: records may have changed, or the check before had failed."""
        return self._act(request, self.find(request, pk), services.start_check)

    def stop(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._act(request, self.find(request, pk), services.stop)

    def undo(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._act(request, self.find(request, pk), services.start_undo)

    def discard(self, request: HttpRequest, pk: int) -> HttpResponse:
        self._act(request, self.find(request, pk), services.discard)
        return redirect(self.address("list"))
