"""People and their dated roles. Roles are the only source of rights."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _


def today() -> date:
    return timezone.localdate()


class DatedQuerySet(models.QuerySet):
    """Rows that hold from one day to another, both included; an open end has no date."""

    def current(self, on: date | None = None) -> Any:
        on = on or today()
        return self.filter(Q(starts__lte=on) & (Q(ends=None) | Q(ends__gte=on)))


class Dated(models.Model):
    starts = models.DateField(_("from"), default=today)
    ends = models.DateField(_("until"), null=True, blank=True, help_text=_("the last day; empty while open"))

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(ends=None) | Q(ends__gte=F("starts")), name="%(app_label)s_%(class)s_dates_in_order"
            )
        ]

    @property
    def last_day_if_over_now(self) -> date:
        """Yesterday, so that nothing of today is left; for what began today, that one day."""
        return max(self.starts, today() - timedelta(days=1))

    @property
    def is_current(self) -> bool:
        return self.starts <= today() and (self.ends is None or self.ends >= today())


def _holds(on: date) -> Q:
    return Q(starts__lte=on) & (Q(ends=None) | Q(ends__gt=on) | Q(ends=on, ended_at=None))


class EndableQuerySet(DatedQuerySet):
    def current(self, on: date | None = None) -> Any:
        """What somebody ended is over at once, not at the end of its last day."""
        on = on or today()
        if on < today():
            return super().current(on)
        return self.filter(_holds(on))

    def held_since(self, moment: Any) -> Any:
        """Those that hold today, and those that were ended at the moment or later; an expression will do."""
        return self.filter(_holds(today()) | Q(ended_at__gte=moment))

    def past(self) -> Any:
        return self.filter(Q(ends__lt=today()) | Q(ended_at__isnull=False, ends__lte=today()))

    def not_over(self) -> Any:
        """Those that hold today or will hold later."""
        return self.filter(Q(ends=None) | Q(ends__gte=today(), ended_at=None))


class Endable(Dated):
    """What somebody may end before the day is over."""

    ended_at = models.DateTimeField(null=True, blank=True, editable=False, help_text="when somebody ended it")

    class Meta(Dated.Meta):
        abstract = True

    @property
    def is_current(self) -> bool:
        return super().is_current and not (self.ended_at and self.ends and self.ends <= today())

    @property
    def is_void(self) -> bool:
        """Ended before it had lasted a day."""
        return self.ended_at is not None and self.ends == self.starts

    def end_now(self) -> None:
        """Over at once: what began earlier lasted until yesterday; what began today, or begins later, is void."""
        self.ends, self.ended_at = self.last_day_if_over_now, timezone.now()
        self.save(update_fields=["ends", "ended_at"])


class UserManager(BaseUserManager["User"]):
    SYSTEM_EMAIL = "system@portal.invalid"

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """An administrator: a dated role like any other, not a flag. Whoever runs commands on the server vouches for
        the address, so that the first administrator can sign in before mail works."""
        from allauth.account.models import EmailAddress  # a model of another app, loaded after this one

        user = self.create_user(email, password, **fields)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        StaffRole.objects.create(user=user, role=StaffRole.Role.ADMINISTRATOR)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)

    def read_roles(self, people: Iterable[User]) -> None:
        """Read the roles that hold today for many people at once, in two queries: what follows asks for no more."""
        from members.models.representations import Representation  # it points to users, and is loaded after them

        known = {user.pk: user for user in people}
        staff: dict[int, set[str]] = {pk: set() for pk in known}
        held: dict[int, dict[int, set[str]]] = {pk: {} for pk in known}
        roles = StaffRole.objects.current().filter(user__in=known)
        for pk, role in roles.values_list("user_id", "role"):
            staff[pk].add(role)
        speak = Representation.objects.current().of_members().filter(user__in=known)
        for pk, organisation, role in speak.values_list("user_id", "organisation_id", "role"):
            held[pk].setdefault(organisation, set()).add(role)
        for pk, user in known.items():
            user.staff_roles = frozenset({StaffRole.Role.OFFICE} if user.is_system else staff[pk])
            user.organisation_roles = {organisation: frozenset(names) for organisation, names in held[pk].items()}

    def system(self) -> User:
        """The named user that commands and beat act as. It cannot sign in."""
        user, made = self.get_or_create(email=self.SYSTEM_EMAIL, defaults={"name": "ASA portal", "is_system": True})
        if made:
            user.set_unusable_password()
            user.save(update_fields=["password"])
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person. The e-mail address is the name to sign in with."""

    is_superuser = None  # rights come from dated roles; nobody skips the rules (recusal holds on every path)

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("full name"), max_length=150, blank=True)
    is_active = models.BooleanField(default=True)
    is_system = models.BooleanField(default=False, help_text="commands and beat; cannot sign in")
    date_joined = models.DateTimeField(default=timezone.now)
    anonymised_at = models.DateTimeField(null=True, blank=True)
    # The last announcement that the account will be erased because nobody uses it; signing in makes it void.
    expiry_announced_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[UserManager] = UserManager()
    label_names_a_person: ClassVar[bool] = True  # in the trail: core.events

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]

    def __str__(self) -> str:
        if self.anonymised_at:
            return _t("A former user")
        return self.name or self.email

    def clean(self) -> None:
        super().clean()
        self.email = self.email.strip().lower()

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Asks the backends and nothing else: there is no user for whom the rules do not hold. Nor does it ask the
        backend that checks passwords, which would look for rights in Django's own tables."""
        from django.contrib.auth import get_backends
        from django.contrib.auth.backends import ModelBackend  # loads the model of users, that is this file

        if not self.is_active:
            return False
        doors = (backend for backend in get_backends() if not isinstance(backend, ModelBackend))
        return any(backend.has_perm(self, perm, obj) for backend in doors)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_staff

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return self.name.partition(" ")[0] or self.email

    @cached_property
    def staff_roles(self) -> frozenset[str]:
        """The Office roles that hold today, read once per request."""
        if self.is_system:
            return frozenset({StaffRole.Role.OFFICE})
        return frozenset(self.dated_staff_roles.current().values_list("role", flat=True))

    @property
    def is_office(self) -> bool:
        return StaffRole.Role.OFFICE in self.staff_roles

    @property
    def is_administrator(self) -> bool:
        return StaffRole.Role.ADMINISTRATOR in self.staff_roles

    @property
    def is_staff(self) -> bool:
        """May enter Django's admin (the name is Django's)."""
        return self.is_administrator

    @cached_property
    def organisation_roles(self) -> dict[int, frozenset[str]]:
        """{organisation id: roles that hold today}, for organisations whose membership is alive."""
        roles: dict[int, set[str]] = {}
        held = self.representations.current().of_members()
        for organisation_id, role in held.values_list("organisation_id", "role"):
            roles.setdefault(organisation_id, set()).add(role)
        return {pk: frozenset(names) for pk, names in roles.items()}

    @property
    def organisations(self) -> list[Any]:
        """Those that the person may act for, by name."""
        held = self.representations.current().of_members().select_related("organisation")
        return sorted({one.organisation for one in held}, key=lambda organisation: organisation.shown_name.casefold())

    def represents(self, organisation_id: int | None, *roles: str) -> bool:
        """Whether the person speaks for the organisation today, in one of the roles if any are named."""
        held = self.organisation_roles.get(organisation_id or 0, frozenset())
        return bool(held & set(roles)) if roles else bool(held)

    def forget_roles(self) -> None:
        """After a role was given or taken: read them anew."""
        for name in ("staff_roles", "organisation_roles"):
            self.__dict__.pop(name, None)

    @property
    def must_have_second_factor(self) -> bool:
        return settings.MFA_REQUIRED_FOR_OFFICE and bool(self.staff_roles) and not self.is_system

    @property
    def is_insider(self) -> bool:
        """Office, administrator, or a representative of a member."""
        return bool(self.staff_roles or self.organisation_roles)


class StaffRole(Dated):
    """A role in the ASA Office, dated like every role."""

    class Role(models.TextChoices):
        OFFICE = "office", _("ASA Office")
        ADMINISTRATOR = "administrator", _("Administrator")

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="dated_staff_roles")
    role = models.CharField(max_length=15, choices=Role.choices)

    objects = DatedQuerySet.as_manager()
    label_names_a_person = True

    class Meta(Dated.Meta):
        ordering = ["user", "role"]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"
