"""Being forgotten: asked for by the person, decided by the Office; and what then goes."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy

from core import events, outbox, permissions, privacy, workflow
from core.workflow import InvalidTransition, Transition
from members.models import ErasureRequest, User

Status = ErasureRequest.Status
REQUEST = events.name_verb("erasure.request", gettext_lazy("asked to be forgotten"))
WITHDRAW = Transition(
    "erasure.withdraw",
    sources={Status.REQUESTED},
    target=Status.WITHDRAWN,
    phrase=gettext_lazy("withdrew the request to be forgotten"),
)
DECLINE = Transition(
    "erasure.decline",
    sources={Status.REQUESTED},
    target=Status.DECLINED,
    phrase=gettext_lazy("declined the request to be forgotten"),
    note_required=True,
)
CONFIRM = Transition(
    "erasure.confirm",
    sources={Status.REQUESTED},
    target=Status.DONE,
    phrase=gettext_lazy("erased the personal data"),
)


class NotYet(ValueError):
    """Something must be settled before the person can be forgotten; `reasons` says what."""

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = reasons
        super().__init__(" ".join(reasons))


@transaction.atomic
def request_erasure(*, actor: User, words: str = "") -> tuple[ErasureRequest, bool]:
    """Returns the open request, and whether it is new."""
    User.objects.select_for_update().get(pk=actor.pk)
    if known := ErasureRequest.objects.open().filter(user=actor).first():
        return known, False
    made = ErasureRequest.objects.create(user=actor, words=words)
    workflow.act(REQUEST, made, actor=actor, to_state=made.status)
    return made, True


def withdraw_request(*, request_id: int, actor: User) -> ErasureRequest:
    return workflow.perform(
        ErasureRequest.objects.all(), request_id, WITHDRAW, actor=actor, decided_at=timezone.now(), words=""
    )


@transaction.atomic
def decline_request(*, request_id: int, actor: User, note: str) -> ErasureRequest:
    return workflow.perform(
        ErasureRequest.objects.all(), request_id, DECLINE, actor=actor, note=note, decided_at=timezone.now()
    )


@transaction.atomic
def confirm_request(*, request_id: int, actor: User) -> ErasureRequest:
    """Forget the person. Raises NotYet while something stands against it; then nothing is changed."""
    wanted = ErasureRequest.objects.select_related("user").get(pk=request_id)
    if wanted.status != Status.REQUESTED:
        raise InvalidTransition(CONFIRM, wanted)
    permissions.require(actor, "members.confirm_erasure", wanted)
    address = wanted.user.email
    _refuse_if_obstacles(wanted.user)
    done: ErasureRequest = workflow.perform(
        ErasureRequest.objects.all(), request_id, CONFIRM, actor=actor, decided_at=timezone.now(), words=""
    )
    forget_person(user_id=wanted.user_id, actor=actor)
    outbox.post_template("erasure_done", to=address, is_the_last=True)
    return done


def _refuse_if_obstacles(user: User) -> None:
    if reasons := privacy.obstacles(user):
        raise NotYet(reasons)


@transaction.atomic
def forget_person(*, user_id: int, actor: User, is_confirmed: bool = True) -> User:
    """Everything that says who they were goes, what they did stays. For services that have checked the right. Unless
    a person has confirmed it, texts in which the name stands without an address are left alone (`Leaver.sought`)."""
    user = User.objects.select_for_update().get(pk=user_id)
    if user.anonymised_at:
        return user
    _refuse_if_obstacles(user)
    addresses = {user.email, *EmailAddress.objects.filter(user=user).values_list("email", flat=True)}
    leaver = privacy.Leaver(
        user=user,
        actor=actor,
        name=user.name.strip(),
        addresses=frozenset(address.lower() for address in addresses),
        is_confirmed=is_confirmed,
    )
    privacy.erase(leaver)
    return user
