"""The kinds of things that people hear of (the nouns of the verbs), and how soon each wants e-mails about them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from core.models import Notification, NotificationSetting, Pace

if TYPE_CHECKING:
    from django.contrib.auth.models import _User as User

WAITING = "waiting"  # no noun of a verb: the reminder in the digest of what waits for the person


@dataclass(frozen=True)
class Kind:
    """`pace`: how soon, for those who have not chosen. `binding`: always at once, whatever anybody wants (what concerns
    the safety of an account). `right`: only people who hold it ever hear of this kind, so only they are asked."""

    code: str
    name: str | Promise
    pace: Pace = Pace.AT_ONCE
    binding: bool = False
    right: str = ""

    def is_offered_to(self, user: User) -> bool:
        return not self.binding and (not self.right or user.has_perm(self.right))


_kinds: dict[str, Kind] = {}


def name_kind(
    code: str, name: str | Promise, *, pace: Pace = Pace.AT_ONCE, binding: bool = False, right: str = ""
) -> None:
    """Give a kind its words, in an app's audiences.py: name_kind("workplan", _("Work plans"))."""
    _kinds[code] = Kind(code, name, pace, binding, right)


def kind(code: str) -> Kind:
    return _kinds.get(code) or Kind(code, capfirst(code.replace("_", " ")))


def of_verb(verb: str) -> Kind:
    return kind(verb.partition(".")[0])


def known() -> list[Kind]:
    return list(_kinds.values())


name_kind(WAITING, _("What waits for you"), pace=Pace.WEEKLY)


def paces(people: Iterable[int], wanted: Kind) -> dict[int, Pace]:
    """{user id: how soon that person wants e-mails about the kind}, in one query."""
    found = dict.fromkeys(people, wanted.pace)
    if not wanted.binding:
        chosen = NotificationSetting.objects.filter(user__in=list(found), kind=wanted.code)
        found |= {user: Pace(pace) for user, pace in chosen.values_list("user_id", "pace")}
    return found


def paces_of(user_id: int) -> dict[str, Pace]:
    """{kind: how soon} of one person: what they chose; every other kind goes by its own pace."""
    chosen = NotificationSetting.objects.filter(user=user_id).values_list("kind", "pace")
    found = {code: Pace(pace) for code, pace in chosen if not kind(code).binding}
    return {one.code: one.pace for one in known()} | found


@transaction.atomic
def choose(*, user_id: int, wanted: dict[str, str]) -> None:
    """Store how soon a person wants e-mails about which kinds; what was kept for a digest follows at once. In the
    portal they see everything in any case."""
    for code, value in wanted.items():
        if kind(code).binding:
            continue
        pace = Pace(value)
        mine = NotificationSetting.objects.filter(user=user_id, kind=code)
        if pace == kind(code).pace:
            mine.delete()  # no row: as the portal proposes
        else:
            NotificationSetting.objects.update_or_create(user_id=user_id, kind=code, defaults={"pace": pace})
    held = Notification.objects.held().filter(recipient=user_id)
    let_go = {Pace.NEVER: Notification.Email.NONE, Pace.AT_ONCE: Notification.Email.PENDING}
    for row in held.select_related("event"):
        pace = Pace(wanted.get(row.event.verb.partition(".")[0], Pace.DAILY))
        if pace in let_go:
            held.filter(pk=row.pk).update(email_state=let_go[pace])


def stop(*, user_id: int, codes: Collection[str]) -> None:
    """No more e-mails about these kinds."""
    choose(user_id=user_id, wanted=dict.fromkeys(codes, Pace.NEVER))
