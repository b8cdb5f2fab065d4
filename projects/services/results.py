"""Results of projects: recorded, proposed, taken up, used, retired."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from committees.models import Committee
from core import permissions, uploads, workflow
from core.models import Theme
from core.uploads import Upload
from core.workflow import Incomplete, NotPossible
from groups.models import Group, GroupRole
from members.models import Organisation, User, today
from projects import steps
from projects.models import Project, Result, ResultFile, ResultUse

WORDS = ("kind", "title", "summary", "language", "date", "licence", "link", "eqf_level")


class ChangedMeanwhile(RuntimeError):
    """Somebody saved since this person opened it; nothing was saved. `str()` says what to do."""


def _keep(result: Result, file: Upload | None) -> None:
    if file is None:
        return
    old = ResultFile.objects.filter(result=result).first()
    kept = old or ResultFile(result=result)
    before = kept.file.name if old else None
    kept.keep(file)
    kept.save()
    uploads.drop_unused(
        kept.file.storage, [before], is_needed=lambda name: ResultFile.objects.filter(file=name).exists()
    )


@transaction.atomic
def record_result(
    *,
    project_id: int,
    actor: User,
    themes: Iterable[Theme] = (),
    file: Upload | None = None,
    source: dict[str, Any] | None = None,
    **words: Any,
) -> Result:
    """Raises Incomplete with what cannot stand. The same form sent twice is one result. `source`: of which file and
    import it is, for the trail."""
    project = Project.objects.select_for_update(of=("self",)).get(pk=project_id)
    permissions.require(actor, "projects.record_result", project)
    now = timezone.now()
    found = Result(project=project, recorded_by=actor, recorded_at=now, committee=project.committee, **words)
    if problems := found.problems(has_file=file is not None):
        raise Incomplete(problems)
    if same := Result.objects.filter(project=project, **{name: words.get(name) for name in WORDS}).first():
        return same
    found.save()
    found.themes.set(themes)
    _keep(found, file)
    workflow.act(steps.RECORD_RESULT, found, actor=actor, to_state=found.status, data=source or {})
    return found


@transaction.atomic
def change_result(
    *,
    result_id: int,
    revision: int,
    actor: User,
    themes: Iterable[Theme] = (),
    file: Upload | None = None,
    source: dict[str, Any] | None = None,
    **words: Any,
) -> Result:
    """Raises ChangedMeanwhile and Incomplete. `source`: as of record_result."""
    found = Result.objects.select_for_update(of=("self",)).get(pk=result_id)
    permissions.require(actor, "projects.change_result", found)
    if found.revision != revision:
        raise ChangedMeanwhile(
            _("Somebody saved this result since you opened it. Look at it as it is now, then change it.")
        )
    changed = [name for name in WORDS if name in words and getattr(found, name) != words[name]]
    for name in changed:
        setattr(found, name, words[name])
    if problems := found.problems(has_file=file is not None or ResultFile.objects.filter(result=found).exists()):
        raise Incomplete(problems)
    if set(found.themes.values_list("pk", flat=True)) != {one.pk for one in themes}:
        found.themes.set(themes)
        changed.append("themes")
    if file is not None:
        _keep(found, file)
        changed.append("file")
    if not changed:
        return found
    found.revision += 1
    found.save(update_fields=[*(name for name in changed if name in WORDS), "revision"])
    workflow.act(steps.CHANGE_RESULT, found, actor=actor, data={"changed": changed, **(source or {})})
    return found


@transaction.atomic
def propose_result(*, result_id: int, committee: Committee, actor: User, note: str = "") -> Result:
    """To a committee, whose groups may take it up. What was retired can be proposed anew."""
    return workflow.perform(
        Result.objects.all(),
        result_id,
        steps.PROPOSE_RESULT,
        actor=actor,
        note=note,
        committee=committee,
        proposed_by=actor,
        proposed_at=timezone.now(),
    )


def groups_for(result: Result, user: Any) -> Any:
    """The groups for which this person may take it up: all of the committee for its chairs, else those they lead."""
    if result.committee is None:
        return Group.objects.none()
    groups = Group.objects.active().filter(committee=result.committee).order_by("code")
    if user.has_perm("projects.decline_result", result):
        return groups
    return groups.filter(pk__in=GroupRole.objects.ids_of(user, "group"))


@transaction.atomic
def take_up_result(*, result_id: int, group: Group, actor: User, note: str = "") -> Result:
    """A group begins to work with it. Raises NotPossible for a group that this person takes nothing up for."""
    result = Result.objects.select_for_update(of=("self",)).get(pk=result_id)
    permissions.require(actor, "projects.take_up_result", result)
    if not groups_for(result, actor).filter(pk=group.pk).exists():
        raise NotPossible(_("You can take it up for groups of this committee that you lead or steer."))
    ResultUse.objects.get_or_create(result=result, group=group, until=None)  # before the step: its audience reads it
    return workflow.perform(
        Result.objects.all(), result_id, steps.TAKE_UP_RESULT, actor=actor, note=note, data={"group": group.code}
    )


@transaction.atomic
def decline_result(*, result_id: int, actor: User, note: str) -> Result:
    return workflow.perform(Result.objects.all(), result_id, steps.DECLINE_RESULT, actor=actor, note=note)


@transaction.atomic
def use_result(*, result_id: int, actor: User, note: str = "") -> Result:
    return workflow.perform(Result.objects.all(), result_id, steps.USE_RESULT, actor=actor, note=note)


@transaction.atomic
def retire_result(*, result_id: int, actor: User, note: str) -> Result:
    """Nobody is said to use it any more; who did, and how long, stays on record."""
    result = workflow.perform(Result.objects.all(), result_id, steps.RETIRE_RESULT, actor=actor, note=note)
    result.uses.filter(until=None).update(until=today())
    return result


@transaction.atomic
def begin_use(
    *, result_id: int, organisation: Organisation, actor: User, since: date | None = None, note: str = ""
) -> ResultUse:
    """An organisation says that it uses a result. Raises Incomplete for a day to come; saying it twice is saying it
    once."""
    result = Result.objects.select_for_update(of=("self",)).get(pk=result_id)
    use = ResultUse(result=result, organisation=organisation, since=since or today(), note=note)
    permissions.require(actor, "projects.begin_resultuse", use)
    if use.since > today():
        raise Incomplete({"since": _("This day is still to come.")})
    if known := result.uses.filter(organisation=organisation, until=None).first():
        return known
    use.save()
    workflow.act(steps.BEGIN_USE, use, actor=actor, note=note)
    return use


@transaction.atomic
def end_use(*, use_id: int, actor: User, note: str = "") -> ResultUse:
    """From today on. Whoever comes second finds it ended."""
    use = ResultUse.objects.select_for_update(of=("self",)).get(pk=use_id)
    permissions.require(actor, "projects.end_resultuse", use)
    if use.until is None:
        use.until = today()
        use.save(update_fields=["until"])
        workflow.act(steps.END_USE, use, actor=actor, note=note)
    return use
