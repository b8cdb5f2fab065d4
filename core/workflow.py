"""The only code that changes a state. A step is state, event and notifications together, or none of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core import events, notifications, permissions

if TYPE_CHECKING:
    from django.contrib.auth.models import _User as User

_writing: ContextVar[bool] = ContextVar("workflow_writing", default=False)


@contextmanager
def _may_write_states() -> Iterator[None]:
    token = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(token)


class StateAssigned(TypeError):
    """A state was assigned outside core.workflow."""


class _StateAttribute:
    """Lets a state be set when a row is made or loaded, and by perform; refuses everything else."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, instance: models.Model | None, owner: type) -> Any:
        if instance is None:
            return self
        if self.name not in instance.__dict__:  # deferred
            instance.refresh_from_db(fields=[self.name])
        return instance.__dict__[self.name]

    def __set__(self, instance: models.Model, value: Any) -> None:
        known = instance.__dict__.get(self.name, value)
        if known != value and not instance._state.adding and not _writing.get():
            raise StateAssigned(f"{type(instance).__name__}.{self.name} changes through core.workflow.perform only.")
        instance.__dict__[self.name] = value


class StateField(models.CharField):
    """A workflow state. Nothing but `perform` assigns it once the row exists."""

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, self.attname, _StateAttribute(self.attname))


class WorkflowModel(models.Model):
    """A model with a state field; reading it anew from the database is not a change of state."""

    class Meta:
        abstract = True

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        with _may_write_states():
            super().refresh_from_db(*args, **kwargs)


class WorkflowQuerySet(models.QuerySet):
    """Refuses to change states in bulk: a bulk write would skip the rule, the record and the notice."""

    def update(self, **kwargs: Any) -> int:
        for name in kwargs:
            if isinstance(self.model._meta.get_field(name), StateField) and not _writing.get():
                raise StateAssigned(f"{self.model.__name__}.{name} changes through core.workflow.perform only.")
        return super().update(**kwargs)


@dataclass(frozen=True)
class Transition:
    """A step of a workflow. The verb ("workplan.approve") is also the name of the right (groups.approve_workplan), of
    the event and of the e-mail. `state` names the field that it changes."""

    verb: str
    sources: frozenset[str] | set[str]
    target: str
    phrase: str | Promise
    note_required: bool = False
    state: str = field(default="status")

    def __post_init__(self) -> None:
        events.name_verb(self.verb, self.phrase)

    def right(self, model: type[models.Model]) -> str:
        noun, _dot, verb = self.verb.partition(".")
        return f"{model._meta.app_label}.{verb}_{noun}"


class InvalidTransition(Exception):
    """The step does not start from the state that the object is in, mostly because someone else was faster."""

    def __init__(self, step: Transition, obj: models.Model) -> None:
        self.step, self.obj = step, obj
        super().__init__(self.explanation)

    @property
    def explanation(self) -> str:
        display = getattr(self.obj, f"get_{self.step.state}_display", None)
        state = display() if display else getattr(self.obj, self.step.state)
        last = events.of(self.obj).filter(to_state=getattr(self.obj, self.step.state)).first()
        if last is None:
            return _("Nothing was changed: %(what)s is now “%(state)s”.") % {"what": self.obj, "state": state}
        return _("Nothing was changed: %(who)s %(did)s in the meantime, and %(what)s is now “%(state)s”.") % {
            "who": last.actor,
            "did": last.phrase,
            "what": self.obj,
            "state": state,
        }


class NotPossible(ValueError):
    """The act does not fit how things are now; `str()` says why, for the person."""


class Incomplete(NotPossible):
    """Something is missing or does not fit before the act can be done: `problems` is {field: sentence}."""

    def __init__(self, problems: dict[str, str]) -> None:
        self.problems = problems
        super().__init__(" ".join(problems.values()))


class NoteMissing(ValueError):
    """This step needs a reason."""


@transaction.atomic
def perform(
    queryset: models.QuerySet,
    pk: int,
    step: Transition,
    *,
    actor: User,
    note: str = "",
    on_behalf_of: models.Model | None = None,
    data: dict[str, Any] | None = None,
    **fields: Any,
) -> Any:
    """Take one step of a workflow. `fields` are further fields of the object that the step sets.

    Raises permissions.Denied (with the reason), InvalidTransition (someone was faster) or NoteMissing; then nothing
    was written."""
    obj = queryset.select_for_update(of=("self",)).get(pk=pk)  # two clicks at once: the second waits
    permissions.require(actor, step.right(queryset.model), obj)  # again here: the page may be old
    before = getattr(obj, step.state)
    if before not in step.sources:
        raise InvalidTransition(step, obj)
    if step.note_required and not note.strip():
        raise NoteMissing(_("Please give a reason: it is told to the people concerned and kept in the history."))
    for name, value in fields.items():
        setattr(obj, name, value)
    with _may_write_states():
        setattr(obj, step.state, step.target)
        obj.save(update_fields=[step.state, *fields])
    act(
        step.verb,
        obj,
        actor=actor,
        note=note,
        from_state=before,
        to_state=step.target,
        on_behalf_of=on_behalf_of,
        data=data,
    )
    return obj


def take_over(obj: models.Model, source: models.Model, fields: Collection[str]) -> None:
    """The next version of a thing goes on where the one before stands, its state included. Nobody acts here: the steps
    that led there are in the history of the one before."""
    with _may_write_states():
        for name in fields:
            setattr(obj, name, getattr(source, name))
        obj.save(update_fields=list(fields))


@transaction.atomic
def act(verb: str, subject: models.Model, *, actor: User, **details: Any) -> Any:
    """Record a binding act that is no change of state (something was created, a seat was filled): event and outbox."""
    event = events.record(verb, subject, actor=actor, **details)
    notifications.queue(event, subject)
    return event
