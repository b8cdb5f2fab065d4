"""Documents: uploaded, followed by new versions, opened or closed to readers, withdrawn. Files that nobody needs go."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _t

from committees.models import Committee
from core import permissions, uploads, workflow
from core.uploads import Upload
from core.workflow import Incomplete
from groups import steps
from groups.errors import ChangedMeanwhile
from groups.models import Document, DocumentVersion, Group, Meeting, Visibility, bodies
from members.models import User

WORDS = ("title", "description", "language")


@transaction.atomic
def add_document(
    *,
    body: Committee | Group | None,
    actor: User,
    file: Upload,
    title: str,
    description: str,
    language: str,
    visibility: str,
    meeting: Meeting | None = None,
) -> Document:
    """A document with its first version; without a body it stands in the library of the partnership. The same file
    under the same title, sent twice, is one document."""
    User.objects.select_for_update().get(pk=actor.pk)  # the second of two clicks waits here
    found = Document(
        **bodies.fields_of(body),
        meeting=meeting,
        title=title,
        description=description,
        language=language,
        visibility=visibility,
        changed_at=timezone.now(),
    )
    permissions.require(actor, "groups.add_document", found)
    if same := Document.objects.of(body).current().filter(title=title, latest__digest=file.digest).first():
        return same
    found.save()
    _add_version(found, file, actor, number=1, change="")
    workflow.act(steps.ADD_DOCUMENT, found, actor=actor, to_state=found.status, data={"visibility": visibility})
    return found


def _add_version(document: Document, file: Upload, actor: User, *, number: int, change: str) -> None:
    version = DocumentVersion(
        document=document,
        number=number,
        change=change,
        visibility=document.visibility,
        uploaded_by=actor,
        uploaded_at=timezone.now(),
    )
    version.keep(file)
    version.save()
    document.latest, document.changed_at = version, version.uploaded_at
    document.save(update_fields=["latest", "changed_at"])


def _locked(document_id: int) -> Document:
    return Document.objects.select_for_update(of=("self",)).get(pk=document_id)


@transaction.atomic
def revise_document(*, document_id: int, seen: int, actor: User, file: Upload, change: str) -> Document:
    """The next version. `seen` is the number of the newest one that the person knows: raises ChangedMeanwhile when
    there is a newer one."""
    found = _locked(document_id)
    permissions.require(actor, "groups.revise_document", found)
    latest = found.versions.latest("number")
    if latest.number != seen:
        raise ChangedMeanwhile(found)
    if latest.digest == file.digest:
        raise Incomplete({"file": _t("This is the file of version %(n)s: choose the new one.") % {"n": latest.number}})
    _add_version(found, file, actor, number=latest.number + 1, change=change)
    workflow.act(steps.REVISE_DOCUMENT, found, actor=actor, note=change, data={"version": latest.number + 1})
    return found


@transaction.atomic
def change_document(*, document_id: int, revision: int, actor: User, visibility: str, **words: str) -> Document:
    """Its words, and who may read it. Raises ChangedMeanwhile if somebody saved since the person opened it."""
    found = _locked(document_id)
    permissions.require(actor, "groups.change_document", found)
    if found.revision != revision:
        raise ChangedMeanwhile(found)
    before = found.visibility
    changed = [name for name in WORDS if name in words and getattr(found, name) != words[name]]
    if not changed and visibility == before:
        return found
    for name in changed:
        setattr(found, name, words[name])
    found.visibility = visibility
    found.revision += 1
    found.save(update_fields=[*changed, "visibility", "revision"])
    if changed:
        workflow.act(steps.CHANGE_DOCUMENT, found, actor=actor, data={"changed": changed})
    if visibility != before:
        _share(found, Visibility(visibility))
        told = {"visibility": [before, visibility]}
        step = steps.OPEN_DOCUMENT if Visibility(visibility).rank > Visibility(before).rank else steps.CLOSE_DOCUMENT
        workflow.act(step, found, actor=actor, data=told)
    return found


def _share(document: Document, visibility: Visibility) -> None:
    """The newest version is opened as far as the document; no version further than it."""
    if document.latest:
        DocumentVersion.objects.filter(pk=document.latest.pk).update(visibility=visibility)
    wider = [one for one in Visibility if one.rank > visibility.rank]
    document.versions.filter(visibility__in=wider).update(visibility=visibility)


def withdraw_document(*, document_id: int, actor: User, note: str) -> Document:
    """It stays on record, and its files stay readable for those who steer the body and the Office."""
    found: Document = workflow.perform(
        Document.objects.all(),
        document_id,
        steps.WITHDRAW_DOCUMENT,
        actor=actor,
        note=note,
        withdrawn_at=timezone.now(),
    )
    return found


@transaction.atomic
def forget_files(documents: list[Any]) -> None:
    """The files of these documents go. That there were versions, whose and when, stays."""
    versions = DocumentVersion.objects.filter(document__in=[one.pk for one in documents])
    names = list(versions.exclude(file="").values_list("file", flat=True))
    versions.update(file="")
    storage = DocumentVersion._meta.get_field("file").storage
    uploads.drop_unused(storage, names, is_needed=lambda name: DocumentVersion.objects.filter(file=name).exists())
