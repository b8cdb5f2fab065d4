"""Takes back what an import wrote, from the row history. What somebody has changed or used since stays as it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import DatabaseError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.imports.kinds import Progress, Reversal
from core.imports.models import Import, ImportRow
from members.models import Membership, Organisation, Represented, User, Workforce
from members.roster.writing import reason_of
from members.roster.writing_related import Related, add_trail

_BATCH = 500
_REVERSED = Reversal(ImportRow.Result.REVERSED)
Found = dict[int, Reversal]


def reverse_rows(batch: Import, rows: Sequence[ImportRow], actor: User, progress: Progress) -> dict[int, Reversal]:
    """{row number: what became of it}. Several rows may have written one organisation: they share its fate.

    Organisations that the import made go first, because those that it changed may get back an identifier of theirs."""
    made = {row.object_id for row in rows if row.result == ImportRow.Result.CREATED and row.object_id}
    changed = {row.object_id for row in rows if row.object_id} - made
    joined = {row.object_id for row in rows if any(one["field"] == "membership" for one in row.changes)}
    trails: dict[int, dict[str, Any]] = defaultdict(dict)
    for row in rows:
        add_trail(trails[row.object_id or 0], row.trail)
    undoing = _Undoing(batch, actor, joined, trails)
    found: Found = {}
    for ids, work in ((sorted(made), undoing.remove), (sorted(changed), undoing.restore)):
        for start in range(0, len(ids), _BATCH):
            progress(len(found), len(made) + len(changed), "")
            found |= work(ids[start : start + _BATCH])
    return {row.number: found[row.object_id or 0] for row in rows}


def _kept(why: str) -> Reversal:
    return Reversal(ImportRow.Result.KEPT, why)


def _failed(why: str) -> Reversal:
    return Reversal(ImportRow.Result.FAILED, why)


def _all(rows: dict[int, set[int]], organisations: Iterable[int]) -> set[int]:
    return {row for pk in organisations for row in rows.get(pk, ())}


class _Undoing:
    def __init__(self, batch: Import, actor: User, joined: set[int | None], trails: dict[int, dict[str, Any]]) -> None:
        self.actor, self.reason, self.joined, self.trails = actor, reason_of(batch), joined, trails
        self.day = timezone.localdate(batch.applied_at) if batch.applied_at else None
        self.related = Related(trails)

    def remove(self, ids: Sequence[int]) -> Found:
        """Organisations that the import made: gone, if nobody has touched them or refers to them."""
        organisations, _before, found = self._untouched(ids)
        memberships = self._own_memberships(organisations)
        for pk, why in self._references(organisations, memberships).items():
            found[pk] = _kept(why)
        free = [one for pk, one in organisations.items() if pk not in found]
        return found | self._in_one_go_or_singly(free, lambda some: self._delete(some, memberships))

    def restore(self, ids: Sequence[int]) -> Found:
        """Organisations that the import changed: as they were before."""
        organisations, before, found = self._untouched(ids)
        for pk in set(organisations) & self.joined - set(found):
            if pk not in self._own_memberships({pk: organisations[pk]}):
                found[pk] = _kept(_("Its membership was changed since."))
        for pk in set(organisations) & self.related.touched - set(found):
            found[pk] = _kept(_("Its workforce, or those that it represents, were changed since."))
        free = [one for pk, one in organisations.items() if pk not in found]
        return found | self._in_one_go_or_singly(free, lambda some: self._put_back(some, before))

    # -- What stands in the way ---------------------------------------------------------------------------------------
    def _untouched(self, ids: Sequence[int]) -> tuple[dict[int, Organisation], dict[int, Any], Found]:
        """({id: organisation}, {id: key of its row of history before the import}, those not to be touched)."""
        organisations = {one.pk: one for one in Organisation.objects.select_for_update().filter(pk__in=ids)}
        found: Found = {pk: _failed(_("It is no longer on record.")) for pk in ids if pk not in organisations}
        versions: dict[int, list[Any]] = defaultdict(list)
        history = Organisation.history.filter(id__in=list(organisations)).select_related("history_user")
        for version in history.only(
            "id", "history_id", "history_date", "history_change_reason", "history_user"
        ).order_by("-history_date", "-history_id"):
            versions[version.id].append(version)
        before: dict[int, Any] = {}
        for pk in organisations:
            known = versions[pk]
            last = known[0] if known else None
            if last is not None and last.history_change_reason == self.reason:
                before[pk] = known[1].history_id if len(known) > 1 else None
            elif last is not None and any(one.history_change_reason == self.reason for one in known):
                found[pk] = _kept(
                    _("%(who)s changed it on %(day)s.")
                    % {
                        "who": last.history_user or _("Somebody"),
                        "day": timezone.localdate(last.history_date).isoformat(),
                    }
                )
            elif pk in self.joined or pk in self.related.wrote:  # nothing of it but its membership, workforce …
                before[pk] = None
            else:
                found[pk] = _failed(_("Its history does not tell what the import wrote."))
        return organisations, before, found

    def _own_memberships(self, organisations: Iterable[int]) -> dict[int, int]:
        """{organisation: the membership that the import began}, where it is as it was begun."""
        if self.day is None:
            return {}
        since = {pk: one["since"] for pk, one in self.trails.items() if "since" in one}
        begun = Membership.objects.filter(
            organisation__in=list(organisations),
            status=Membership.Status.ACTIVE,
            ends=None,
            tier="",
            reason="",
        )
        return {
            one.organisation_id: one.pk
            for one in begun
            if one.starts.isoformat() == since.get(one.organisation_id, self.day.isoformat())
        }

    def _references(self, organisations: dict[int, Organisation], memberships: dict[int, int]) -> dict[int, str]:
        """{id: what refers to it}. Also what would be deleted with it counts: somebody entered that."""
        users: dict[int, set[str]] = defaultdict(set)
        for relation in Organisation._meta.get_fields(include_hidden=True):
            if not isinstance(relation, models.ForeignObjectRel) or relation.many_to_many:  # its table is among them
                continue
            model: Any = relation.related_model
            if issubclass(model, Organisation.history.model):
                continue
            name = relation.field.attname
            rows = model._base_manager.filter(**{f"{name}__in": list(organisations)})
            if model is Membership:
                rows = rows.exclude(pk__in=memberships.values())
            elif model is Workforce:
                rows = rows.exclude(pk__in=_all(self.related.workforces, organisations))
            elif model is Represented and name == "umbrella_id":
                rows = rows.exclude(pk__in=_all(self.related.represented, organisations))
            for pk in set(rows.values_list(name, flat=True)) & set(organisations):
                users[pk].add(str(model._meta.verbose_name))
        return {
            pk: _("It is in use since: %(what)s.") % {"what": ", ".join(sorted(names))} for pk, names in users.items()
        }

    # -- Writing ------------------------------------------------------------------------------------------------------
    def _in_one_go_or_singly(self, organisations: list[Organisation], work: Any) -> Found:
        """All of them in a few statements; where the database refuses, one by one, to find out which."""
        if not organisations:
            return {}
        try:
            with transaction.atomic():
                work(organisations)
            return {one.pk: _REVERSED for one in organisations}
        except (models.ProtectedError, models.RestrictedError, DatabaseError) as problem:
            if len(organisations) == 1:
                return {organisations[0].pk: _failed(_("The database refused: %(why)s") % {"why": problem})}
        found: Found = {}
        for one in organisations:
            found |= self._in_one_go_or_singly([one], work)
        return found

    def _delete(self, organisations: list[Organisation], memberships: dict[int, int]) -> None:
        ids = [one.pk for one in organisations]
        self.related.take_back(ids)
        Membership.objects.filter(pk__in=[memberships[pk] for pk in ids if pk in memberships]).delete()
        self._remember(organisations, "-")
        # Nothing refers to them, and the history is written: past the signals that would write it row by row.
        Organisation.objects.filter(pk__in=ids)._raw_delete(Organisation.objects.db)

    def _put_back(self, organisations: list[Organisation], before: dict[int, Any]) -> None:
        ids = [one.pk for one in organisations]
        Membership.objects.filter(
            pk__in=self._own_memberships([pk for pk in ids if pk in self.joined]).values()
        ).delete()
        self.related.take_back(ids)
        versions = Organisation.history.in_bulk([before[pk] for pk in ids if before[pk] is not None])
        names = [field.name for field in Organisation.history.model.tracked_fields if field.name != "id"]
        written = []
        for one in organisations:
            if before[one.pk] is None:
                continue
            version = versions[before[one.pk]]
            for field in Organisation.history.model.tracked_fields:
                if field.name != "id":
                    setattr(one, field.attname, getattr(version, field.attname))
            one.derive()
            written.append(one)
        if written:
            Organisation.objects.bulk_update(written, [*names, "name_key", "search_text"], batch_size=_BATCH)
            self._remember(written, "~")

    def _remember(self, organisations: list[Organisation], kind: str) -> None:
        history = Organisation.history.model
        history.objects.bulk_create(
            [
                history(
                    history_date=timezone.now(),
                    history_type=kind,
                    history_user=self.actor,
                    history_change_reason=f"undo of {self.reason}",
                    **{field.attname: getattr(one, field.attname) for field in history.tracked_fields},
                )
                for one in organisations
            ],
            batch_size=_BATCH,
        )
