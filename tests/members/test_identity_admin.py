"""The back room keeps the rules: administrators only, no states, no secrets, every save on record."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from core import events
from core.admin import PortalModelAdmin, state_fields
from core.models import Event
from members.models import Membership, StaffRole, User
from tests.factories.members import (
    PASSWORD,
    ApplicationFactory,
    InvitationFactory,
    MembershipFactory,
    StaffRoleFactory,
    UserFactory,
)
from tests.members.test_identity_signing_in import link_in, mails, sign_in

pytestmark = pytest.mark.django_db
OURS = {"core", "members", "committees", "groups", "projects", "kpis"}


@pytest.fixture
def administrator():
    return StaffRoleFactory(role=StaffRole.Role.ADMINISTRATOR, user__name="Admi Nistrator").user


@pytest.fixture
def back_room(administrator, client_for):
    return client_for(administrator)


def change_url(obj) -> str:
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change", args=[obj.pk])


def role_rows(**rows) -> dict:
    """The management forms of the three inlines of a person."""
    prefixes = ("dated_staff_roles", "representations", "emailaddress_set")
    data = {f"{prefix}-{key}": 0 for prefix in prefixes for key in ("TOTAL_FORMS", "INITIAL_FORMS")}
    return data | rows


def test_a_visitor_signs_in_by_the_portals_own_page(client):
    answer = client.get(reverse("admin:index"), follow=True)
    assert answer.redirect_chain[-1][0] == f"{reverse('account_login')}?next=%2Fadmin%2F"
    assert client.post(reverse("admin:login"), {"username": "a", "password": "b"}).status_code == 302


def test_the_office_alone_does_not_enter(client_for):
    answer = client_for(StaffRoleFactory().user).get(reverse("admin:index"), follow=True)
    assert answer.status_code == 403


def test_every_admin_of_ours_goes_by_the_rules_and_those_of_packages_are_closed(back_room):
    for model, one in admin.site._registry.items():
        listing = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        if model._meta.app_label in OURS:
            assert isinstance(one, PortalModelAdmin), model
            assert back_room.get(listing).status_code == 200
        else:
            assert back_room.get(listing).status_code == 403, f"{model} shows what no rule of ours allows"


def test_neither_passwords_nor_tokens_nor_second_factors_are_shown(back_room):
    user = UserFactory(password="not to be seen")
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "THE-SEED"})
    invitation, application = InvitationFactory(), ApplicationFactory()
    page = back_room.get(change_url(user)).content.decode()
    for secret in (user.password, "THE-SEED"):
        assert secret not in page
    assert invitation.token not in back_room.get(change_url(invitation)).content.decode()
    assert application.token not in back_room.get(change_url(application)).content.decode()


def test_a_state_cannot_be_set(back_room):
    membership = MembershipFactory()
    assert state_fields(Membership) == ("status",)
    sent = {"status": "ended", "starts": "2022-01-01", "organisation": membership.organisation_id}
    assert back_room.post(change_url(membership), sent).status_code == 403
    membership.refresh_from_db()
    assert membership.status == "active"


def test_nothing_is_deleted(back_room):
    user = UserFactory()
    url = reverse("admin:members_user_delete", args=[user.pk])
    assert back_room.post(url, {"post": "yes"}).status_code == 403
    listing = back_room.get(reverse("admin:members_user_changelist")).content.decode()
    assert "delete_selected" not in listing


def test_a_save_is_recorded_with_its_actor_and_fields(back_room, administrator):
    user = UserFactory(name="Before")
    answer = back_room.post(change_url(user), role_rows(name="After", is_active="on"))
    assert answer.status_code == 302
    (event,) = events.of(user)
    assert (event.verb, event.actor, event.data) == ("record.change", administrator, {"fields": ["name"]})
    back_room.post(change_url(user), role_rows(name="After", is_active="on"))
    assert events.of(user).count() == 1, "a save that changes nothing is no act"


def test_a_role_in_the_office_is_given_with_a_date_and_recorded(back_room):
    user = UserFactory()
    back_room.post(
        change_url(user),
        role_rows(name=user.name, is_active="on")
        | {
            "dated_staff_roles-TOTAL_FORMS": 1,
            "dated_staff_roles-0-user": user.pk,
            "dated_staff_roles-0-role": "office",
            "dated_staff_roles-0-starts": "2024-01-01",
        },
    )
    assert User.objects.get(pk=user.pk).is_office
    assert Event.objects.filter(verb="record.add", subject_label__contains="ASA Office").exists()


def test_an_account_made_here_has_no_password_and_a_lower_case_address(back_room):
    back_room.post(
        reverse("admin:members_user_add"), role_rows(email="New.Person@Example.test", name="New", is_active="on")
    )
    user = User.objects.get(email="new.person@example.test")
    assert not user.has_usable_password()


def test_the_owner_of_such_an_account_sets_a_password_and_proves_the_address(back_room, client):
    back_room.post(reverse("admin:members_user_add"), role_rows(email="new@example.test", name="New", is_active="on"))
    client.post(reverse("account_reset_password"), {"email": "new@example.test"})
    new = {"password1": PASSWORD, "password2": PASSWORD}
    client.post(client.get(link_in(mails()[0])).url, new)
    answer = sign_in(client, "new@example.test")
    assert answer.url == reverse("account_email_verification_sent")
    client.post(link_in(mails()[-1]))
    assert sign_in(Client(), "new@example.test").url == reverse("pages:me")


def test_the_first_administrator_comes_from_the_server(client, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", email="First@example.test", interactive=False, verbosity=0)
    sign_in(client, "first@example.test")
    assert client.get(reverse("admin:index")).status_code == 200


def test_the_address_and_the_portals_own_user_cannot_be_changed(back_room):
    user = UserFactory(email="mine@example.test")
    back_room.post(change_url(user), role_rows(email="stolen@example.test", name="x", is_active="on"))
    user.refresh_from_db()
    assert user.email == "mine@example.test"
    system = User.objects.system()
    assert back_room.post(change_url(system), role_rows(name="x", is_active="")).status_code == 403
    system.refresh_from_db()
    assert system.is_active


@pytest.mark.parametrize("model", ["event", "job", "notification", "letter"])
def test_what_the_machine_writes_is_only_looked_at(back_room, model):
    assert back_room.get(reverse(f"admin:core_{model}_add")).status_code == 403


def test_a_password_is_changed_on_the_portals_own_page(back_room):
    assert back_room.get(reverse("admin:password_change")).url == reverse("account_change_password")
