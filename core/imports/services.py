"""What people do with an import: upload, map, check, confirm, stop, discard, undo. Decisions are in `deciding`."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import jobs, permissions
from core.imports import steps
from core.imports.corrections import is_added
from core.imports.kinds import Kind, kind
from core.imports.models import HeaderMemory, Import
from core.imports.reading import workbook_of
from core.spreadsheets import headers, reading, safety
from core.spreadsheets.errors import UnreadableFile
from core.workflow import InvalidTransition, Transition, act, perform

if TYPE_CHECKING:
    from django.contrib.auth.models import _User as User

_BACK: dict[str, Transition] = {Import.Status.CHECKING: steps.STOP, Import.Status.UNDOING: steps.LEAVE}
LANE = "import"  # two imports at once: the second waits, and sees what the first has written


class ErrorsInFile(ValueError):
    """Some rows have errors, and nobody said that these are to be left out."""


class NotOnRecord(ValueError):
    """What the import wrote is no longer known row by row, so it cannot be undone."""


class MappingIncomplete(ValueError):
    """A required column is missing; `str()` says which."""


def remembered(kind_key: str) -> dict[str, str]:
    return dict(HeaderMemory.objects.filter(kind=kind_key).values_list("key", "field"))


def start_import(*, kind_key: str, file_name: str, data: bytes, actor: User, sheet: str = "") -> Import:
    """Keep the file and look for its table. Raises UnreadableFile, with nothing kept, when it cannot be used."""
    of_kind = kind(kind_key)
    permissions.require(actor, of_kind.right)
    workbook = reading.read(data)
    table = headers.find_table(workbook, of_kind.fields, remembered(kind_key), sheet=sheet)
    digest = hashlib.sha256(data).hexdigest()
    with transaction.atomic():
        # A form sent twice is one upload.
        just_now = Import.objects.filter(
            kind=kind_key,
            digest=digest,
            created_by=actor,
            status=Import.Status.UPLOADED,
            created_at__gt=timezone.now() - timedelta(seconds=10),
        ).first()
        if just_now:
            return just_now
        batch = Import(
            kind=kind_key,
            file_name=file_name[-200:],
            digest=digest,
            sheets=[one.name for one in workbook.sheets],
            sheet=table.sheet,
            header_row=table.header_row,
            columns=table.columns,
            mapping={str(position): name for position, name in table.mapping.items()},
            options=_options_before(kind_key, table.columns),
            created_by=actor,
        )
        batch.file.save(f"{digest[:16]}{_ending(file_name)}", ContentFile(data), save=False)
        batch.save()
        act(steps.UPLOAD, batch, actor=actor)
    return batch


def _own_columns(columns: Sequence[str]) -> list[str]:
    return sorted(one for one in columns if not is_added(one))


def _options_before(kind_key: str, columns: Sequence[str]) -> dict[str, Any]:
    """What was answered beside the columns for the last file with the same ones: mostly it is the corrected file."""
    mapped = Import.objects.filter(kind=kind_key).exclude(options={}).values_list("columns", "options")
    for known, options in mapped[:20]:
        if _own_columns(known) == _own_columns(columns):
            return {name: value for name, value in options.items() if name != "skip_errors"}
    return {}


def _ending(file_name: str) -> str:
    ending = file_name.rpartition(".")[2].lower()
    return f".{ending}" if ending.isalnum() and len(ending) <= 5 else ""


def upload_too_large(size: int) -> str:
    """Why an upload of so many bytes is not even read; empty when it is fine."""
    try:
        safety.check_size(size)
    except UnreadableFile as problem:
        return str(problem)
    return ""


@transaction.atomic
def move_table(*, import_id: int, sheet: str, header_row: int, actor: User) -> Import:
    """The headers are somewhere else: on another sheet or row. The columns are guessed anew."""
    batch = Import.objects.get(pk=import_id)
    of_kind = batch.of_kind
    table = headers.table_at(workbook_of(batch).sheet(sheet), header_row, of_kind.fields, remembered(batch.kind))
    moved: Import = perform(
        Import.objects.all(),
        import_id,
        steps.MAP,
        actor=actor,
        sheet=table.sheet,
        header_row=table.header_row,
        columns=table.columns,
        mapping={str(position): name for position, name in table.mapping.items()},
    )
    return moved


@transaction.atomic
def map_columns(*, import_id: int, mapping: Mapping[int, str], options: Mapping[str, Any], actor: User) -> Import:
    """Save which column is which, before anything runs, and remember it for the next file with these headers."""
    batch = Import.objects.get(pk=import_id)
    missing = missing_columns(batch.of_kind, mapping)
    if missing:
        raise MappingIncomplete(
            _("No column is mapped to %(names)s, and no row can be used without.")
            % {"names": ", ".join(f"“{name}”" for name in missing)}
        )
    mapped: Import = perform(
        Import.objects.all(),
        import_id,
        steps.MAP,
        actor=actor,
        mapping={str(position): name for position, name in mapping.items() if name},
        options=dict(options),
    )
    _remember(mapped)
    return mapped


def missing_columns(of_kind: Kind, mapping: Mapping[int, str]) -> list[str]:
    mapped = set(mapping.values())
    return [str(field.label) for field in of_kind.fields if field.required and field.name not in mapped]


def _remember(batch: Import) -> None:
    """Keep what a person chose where the guess would be another."""
    guess = headers.map_columns(batch.columns, batch.of_kind.fields)
    rows = {}
    for position, header in enumerate(batch.columns):
        key, chosen = headers.header_key(header)[:120], batch.mapping.get(str(position), "")
        if key and chosen != guess.get(position, ""):
            rows[key] = HeaderMemory(kind=batch.kind, key=key, field=chosen)
        elif key:
            HeaderMemory.objects.filter(kind=batch.kind, key=key).delete()
    HeaderMemory.objects.bulk_create(
        rows.values(), update_conflicts=True, unique_fields=["kind", "key"], update_fields=["field"]
    )


@transaction.atomic
def start_check(*, import_id: int, actor: User) -> Import:
    """Ask for the dry run. Sent twice, the second finds the first and changes nothing."""
    batch = Import.objects.select_for_update().get(pk=import_id)
    if batch.status == Import.Status.CHECKING and not batch.has_stalled:
        raise InvalidTransition(steps.CHECK, batch)
    permissions.require(actor, "imports.check_import", batch)
    job = jobs.enqueue("import.check", actor=actor, lane=LANE, key=f"check-{import_id}", batch=import_id)
    checking: Import = perform(Import.objects.all(), import_id, steps.CHECK, actor=actor, job=job, error="")
    return checking


@transaction.atomic
def confirm(*, import_id: int, actor: User, skip_errors: bool = False) -> Import:
    """Ask for the writing. Without `skip_errors` a file with an error in any row is refused as a whole."""
    batch = Import.objects.select_for_update().get(pk=import_id)
    if batch.status == Import.Status.APPLYING and not batch.has_stalled:
        raise InvalidTransition(steps.CONFIRM, batch)
    permissions.require(actor, "imports.confirm_import", batch)
    if batch.counts.get("errors") and (batch.of_kind.is_whole or not skip_errors):
        raise ErrorsInFile(
            ngettext(
                "%(n)s row has errors. Correct it in the file, or choose to leave it out.",
                "%(n)s rows have errors. Correct them in the file, or choose to leave these rows out.",
                batch.counts["errors"],
            )
            % {"n": batch.counts["errors"]}
        )
    job = jobs.enqueue("import.apply", actor=actor, lane=LANE, key=f"apply-{import_id}", batch=import_id)
    confirmed: Import = perform(
        Import.objects.all(),
        import_id,
        steps.CONFIRM,
        actor=actor,
        job=job,
        error="",
        options={**batch.options, "skip_errors": skip_errors},
    )
    return confirmed


def stop(*, import_id: int, actor: User) -> Import:
    """Stop the check, the writing or the undoing that is under way; nothing of it stays. Not one transaction: the job
    is asked before any lock is, because on SQLite a job that writes holds the only one."""
    batch = Import.objects.select_related("job").get(pk=import_id)
    back = _BACK.get(batch.status, steps.WITHDRAW)
    permissions.require(actor, back.right(Import), batch)
    if not batch.is_running or batch.job is None:
        raise InvalidTransition(back, batch)
    jobs.ask_to_cancel(batch.job)
    batch.refresh_from_db()
    if batch.is_running and batch.job.is_over:  # it had not begun; one that runs takes the step back itself
        return perform(Import.objects.all(), import_id, back, actor=actor)
    return batch


@transaction.atomic
def start_undo(*, import_id: int, actor: User) -> Import:
    """Ask for everything that the import wrote to be taken back. Asked twice, the second changes nothing."""
    batch = Import.objects.select_for_update().get(pk=import_id)
    if batch.status == Import.Status.UNDOING and not batch.has_stalled:
        raise InvalidTransition(steps.UNDO, batch)
    permissions.require(actor, "imports.undo_import", batch)
    if batch.status == Import.Status.APPLIED and batch.counts.get("applied") and not batch.rows.written().exists():
        raise NotOnRecord(_("The rows of this import are no longer kept, so it cannot be undone."))
    job = jobs.enqueue("import.undo", actor=actor, lane=LANE, key=f"undo-{import_id}", batch=import_id)
    undoing: Import = perform(Import.objects.all(), import_id, steps.UNDO, actor=actor, job=job, error="")
    return undoing


def discard(*, import_id: int, actor: User) -> Import:
    discarded: Import = perform(Import.objects.all(), import_id, steps.DISCARD, actor=actor)
    return discarded
