"""Two organisations become one, and two again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from core import events, permissions
from core.workflow import InvalidTransition, Transition, act, perform
from members.merging import registry
from members.merging.errors import CannotMerge
from members.merging.journal import Journal, Summary, Undoing, insert_row, row_of
from members.models import Merge, Organisation, User
from members.names import compact_key
from members.services import logos
from members.services.organisations import ChangedMeanwhile, version_of

MERGE = events.name_verb("organisation.merge", _("merged another record into it"))
UNDO = Transition("merge.undo", {Merge.Status.DONE}, Merge.Status.UNDONE, _("took apart again what was merged"))

# What a person chooses between, in the order of the page. A logo goes with its description.
FIELDS = (
    "legal_name short_name other_names aliases member_type country region address website email_domain vat pic oid "
    "national_id nace size_class segments description logo"
).split()
LISTS = frozenset({"other_names", "aliases", "nace", "segments"})  # these can be put together
KEPT, MERGED, BOTH = "kept", "merged", "both"


def references() -> Iterator[tuple[type[models.Model], str]]:
    """(model, column) of every foreign key to an organisation in the whole portal, hidden ones too. Rows of
    many-to-many relations have such keys themselves."""
    for relation in Organisation._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one):
            yield cast(type[models.Model], relation.related_model), relation.field.attname  # type: ignore[union-attr]


def values_of(kept: Organisation, merged: Organisation, choices: Mapping[str, str]) -> dict[str, Any]:
    """The record that comes out: {column: value}. Without a choice a field stays, or is filled where it is empty."""
    values: dict[str, Any] = {}
    for name in FIELDS:
        mine, other = getattr(kept, name), getattr(merged, name)
        choice = choices.get(name) or default_choice(name, mine, other)
        if choice == BOTH and name in LISTS:
            values[name] = together(mine, other)
        else:
            values[name] = other if choice == MERGED else mine
        if name == "logo":
            values["logo_alt"] = merged.logo_alt if choice == MERGED else kept.logo_alt
    known = {compact_key(name) for name in (values["legal_name"], *values["aliases"], *values["other_names"].values())}
    for name in (kept.legal_name, merged.legal_name):  # so that a roster with the other spelling still finds it
        if compact_key(name) not in known:
            values["aliases"] = [*values["aliases"], name]
            known.add(compact_key(name))
    return values


def default_choice(name: str, mine: Any, other: Any) -> str:
    if name in LISTS:
        return BOTH if other else KEPT
    return MERGED if other and not mine else KEPT


def together(mine: Any, other: Any) -> Any:
    if isinstance(mine, dict):
        return {**other, **mine}
    return [*mine, *(one for one in other if one not in mine)]


def seen_of(kept: Organisation, merged: Organisation) -> str:
    """The versions of both records that a page shows."""
    return f"{version_of(kept)}-{version_of(merged)}"


class _OnlyLooking(Exception):
    pass


def preview(*, kept_id: int, merged_id: int) -> Summary:
    """What the merge would move and set aside: it is done and taken back, so that the page says what will happen and
    not what somebody thought would. Raises CannotMerge."""
    summary = Summary({})
    try:
        with transaction.atomic():
            summary = Summary(_move_everything(kept_id, merged_id).as_record())
            raise _OnlyLooking
    except _OnlyLooking:
        return summary


def _move_everything(kept_id: int, merged_id: int) -> Journal:
    journal, derived = Journal(registry.derived()), registry.derived()
    registry.resolve(journal, kept_id, merged_id)
    for model, column in references():
        if model not in derived:
            journal.move(model, column, merged_id, kept_id)
    return journal


@transaction.atomic
def merge_organisations(
    *, kept_id: int, merged_id: int, actor: User, choices: Mapping[str, str], seen: str = "", note: str = ""
) -> Merge:
    """Everything of the second goes to the first; the second is gone and its portal code leads to the first. Raises
    CannotMerge, ChangedMeanwhile (`seen`, from seen_of, is outdated), or permissions.Denied."""
    if kept_id == merged_id:
        raise CannotMerge(_t("Choose two different organisations."))
    both = {
        one.pk: one
        for one in Organisation.objects.select_for_update().filter(pk__in=[kept_id, merged_id]).order_by("pk")
    }
    if len(both) < 2:
        raise CannotMerge(_t("One of the two is not there any more: somebody has merged it in the meantime."))
    kept, merged = both[kept_id], both[merged_id]
    permissions.require(actor, "members.merge_organisation", kept)
    if seen and seen != seen_of(kept, merged):
        raise ChangedMeanwhile
    values, row = values_of(kept, merged, choices), row_of(merged)
    before = row_of(kept)
    journal = _move_everything(kept_id, merged_id)
    record = journal.as_record()
    merged._change_reason = f"merged into {kept.code}"  # type: ignore[attr-defined]
    merged.delete()
    for name, value in values.items():
        setattr(kept, name, value)
    after = row_of(kept)
    changed = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    kept._change_reason = f"merged with {merged.code}"  # type: ignore[attr-defined]
    kept.save()
    done = Merge.objects.create(
        kept=kept,
        merged_pk=merged_id,
        merged_code=merged.code,
        merged_name=merged.legal_name,
        reason=note,
        made_by=actor,
        merged_row=row,
        changed=changed,
        journal=record,
    )
    act(MERGE, done, actor=actor, note=note, data={"kept": kept.code, "merged": merged.code, "fields": sorted(changed)})
    registry.run_hooks(kept_id, merged_id, actor)
    return done


@transaction.atomic
def undo_merge(*, merge_id: int, actor: User, note: str = "") -> Merge:
    """The second organisation is there again, with every row that came from it and that nobody has changed since.
    `outcome` of the result says what could not go back. Raises InvalidTransition, CannotMerge or permissions.Denied."""
    merge = Merge.objects.select_for_update().get(pk=merge_id)
    permissions.require(actor, UNDO.right(Merge), merge)
    if merge.status not in UNDO.sources:
        raise InvalidTransition(UNDO, merge)
    kept = Organisation.objects.select_for_update().get(pk=merge.kept_id)
    logos.drop_unused(kept.logo.name)
    undoing = Undoing(merge.journal)
    _restore_kept(merge, kept, undoing)
    _restore_merged(merge, undoing)
    undoing.run()
    outcome = {"moved": undoing.moved, "kept": undoing.kept, "failed": undoing.failed}
    undone: Merge = perform(
        Merge.objects.all(),
        merge_id,
        UNDO,
        actor=actor,
        note=note,
        data={"moved": undoing.moved, "kept": len(undoing.kept), "failed": len(undoing.failed)},
        undone_at=timezone.now(),
        undone_by=actor,
        outcome=outcome,
    )
    registry.run_hooks(kept.pk, merge.merged_pk, actor)
    return undone


def _restore_kept(merge: Merge, kept: Organisation, undoing: Undoing) -> None:
    """Each field that the merge wrote, unless somebody has written it since."""
    now, columns = row_of(kept), {field.attname: field for field in Organisation._meta.concrete_fields}
    restored = []
    for name, (before, after) in merge.changed.items():
        if name in {"name_key", "search_text"}:
            continue
        if now[name] != after:
            undoing.kept.append(str(columns[name].verbose_name))
            continue
        setattr(kept, name, columns[name].to_python(before))
        restored.append(columns[name].name)
    if restored:
        kept._change_reason = f"merge with {merge.merged_code} undone"  # type: ignore[attr-defined]
        kept.save(update_fields=restored)


def _restore_merged(merge: Merge, undoing: Undoing) -> None:
    """With its key and its portal code. A number that somebody else has by now stays with them."""
    values = dict(merge.merged_row)
    for name in ("vat", "pic", "oid", "national_id"):
        taken = Organisation.objects.filter(**{name: values[name]})
        if name == "national_id":
            taken = taken.filter(country=values["country_id"])
        if values[name] and taken.exists():
            undoing.failed.append(f"{Organisation._meta.get_field(name).verbose_name}: {values[name]}")  # type: ignore[union-attr]
            values[name] = ""
    try:
        with transaction.atomic():
            restored = insert_row(Organisation, values)
            connection.check_constraints(table_names=[Organisation._meta.db_table])
    except IntegrityError as problem:
        raise CannotMerge(
            _t("%(name)s cannot come back: its member type, country or region is not in the portal any more.")
            % {"name": merge.merged_name}
        ) from problem
    restored._change_reason = f"merge into {merge.kept.code} undone"  # type: ignore[attr-defined]
    restored.save()  # for the row history


def address_of_kept(code: str) -> str:
    """The portal code to which an old one leads today; empty when none does."""
    found = Merge.objects.standing().filter(merged_code=code).select_related("kept").first()
    return found.kept.code if found else ""


def timeline_of(organisation: Organisation) -> models.QuerySet[Any]:
    """The acts on an organisation and on those that were merged into it."""
    return events.of(organisation, *(merge.merged for merge in organisation.merges.standing()))
