"""How soon people want e-mails, and how they stop them with one click (RFC 8058)."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.test import Client

from core import kinds, notifications, unsubscribing, workflow
from core.models import Notification, NotificationSetting
from core.models.outbox import Outgoing
from groups.steps import ASK_JOINING
from members.models import User
from tests.factories.groups import GroupFactory, JoinRequestFactory, make_lead
from tests.factories.members import UserFactory

pytestmark = pytest.mark.django_db
SETTINGS = "/notifications/settings/"


@pytest.fixture
def lead(personas):
    """The primary contact of Acme leads a group; `ask()` is a request to join it, of which the lead hears."""
    group = GroupFactory()
    make_lead(group, user=personas.primary, organisation=personas.organisation)
    personas.primary.group = group
    return personas.primary


def ask(lead) -> Notification:
    joining = JoinRequestFactory(group=lead.group)
    workflow.act(ASK_JOINING, joining, actor=joining.requested_by)
    return Notification.objects.get(recipient=lead, event__verb=ASK_JOINING, event__subject_label=str(joining))


def proposed(page, **changes):
    return {name: field.initial or "" for name, field in page.context["form"].fields.items()} | changes


def path_in(header: str) -> str:
    found = re.fullmatch(r"<(https?://[^>]+)>", header)
    assert found, header
    return urlsplit(found[1]).path


@pytest.mark.parametrize(
    ("pace", "state"),
    [("at_once", "pending"), ("daily", "held"), ("weekly", "held"), ("never", "none")],
)
def test_what_happens_goes_out_as_soon_as_its_reader_wants(lead, pace, state):
    kinds.choose(user_id=lead.pk, wanted={"joining": pace})
    assert ask(lead).email_state == state
    assert notifications.deliver_due() == (pace == "at_once")


def test_the_page_offers_each_kind_with_the_words_of_what_may_happen(client_for, lead):
    page = client_for(lead).get(SETTINGS)
    text = page.content.decode()
    for words in ("When somebody ", "admitted to the group; ", "asked to join; ", "joined the group; "):
        assert words in text
    assert "Your account" in text
    assert "account" not in page.context["form"].fields, "what is binding is told of, not offered"
    assert "application" not in page.context["form"].fields, "applications are the business of the Office"
    assert page.context["form"].fields["waiting"].initial == "weekly"
    assert [value for value, _label in page.context["form"].fields["waiting"].choices] == ["daily", "weekly", "never"]


def test_the_office_is_asked_about_its_own_business_too(client_for, personas):
    assert "application" in client_for(personas.office).get(SETTINGS).context["form"].fields


def test_what_is_chosen_is_kept_and_what_the_portal_proposes_needs_no_row(client_for, lead):
    browser = client_for(lead)
    page = browser.get(SETTINGS)
    assert browser.post(SETTINGS, proposed(page, joining="weekly", workplan="never")).status_code == 302
    chosen = dict(NotificationSetting.objects.filter(user=lead).values_list("kind", "pace"))
    assert chosen == {"joining": "weekly", "workplan": "never"}
    page = browser.get(SETTINGS)
    assert '<option value="weekly" selected>' in page.content.decode()
    browser.post(SETTINGS, proposed(page, joining="at_once", workplan="at_once"))
    assert not NotificationSetting.objects.exists()


def test_one_choice_can_answer_for_all_kinds(client_for, lead):
    browser = client_for(lead)
    browser.post(SETTINGS, proposed(browser.get(SETTINGS), everything="daily"))
    paces = kinds.paces_of(lead.pk)
    assert {paces[code] for code in ("joining", "workplan", "proposal", "waiting")} == {"daily"}
    assert paces["account"] == "at_once", "what is binding stays"
    browser.post(SETTINGS, proposed(browser.get(SETTINGS), everything="at_once"))
    assert (kinds.paces_of(lead.pk)["joining"], kinds.paces_of(lead.pk)["waiting"]) == ("at_once", "daily")


def test_a_choice_that_does_not_exist_is_refused_and_nothing_is_lost(client_for, lead):
    browser = client_for(lead)
    page = browser.post(SETTINGS, proposed(browser.get(SETTINGS), joining="hourly", workplan="never"))
    assert page.status_code == 422
    assert "joining" in page.context["form"].errors
    assert page.context["form"]["workplan"].value() == "never"
    assert not NotificationSetting.objects.exists()


def test_what_was_kept_for_a_digest_follows_a_new_choice(lead):
    kinds.choose(user_id=lead.pk, wanted={"joining": "daily"})
    first = ask(lead)
    kinds.choose(user_id=lead.pk, wanted={"joining": "at_once"})
    assert notifications.deliver_due() == 1
    kinds.choose(user_id=lead.pk, wanted={"joining": "daily"})
    second = ask(lead)
    kinds.choose(user_id=lead.pk, wanted={"joining": "never"})
    states = Notification.objects.in_bulk([first.pk, second.pk])
    assert [states[one.pk].email_state for one in (first, second)] == ["sent", "none"]


def test_every_e_mail_carries_the_headers_of_rfc_8058(lead):
    ask(lead)
    notifications.deliver_due()
    (letter,) = mail.outbox
    message = letter.message()
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    token = path_in(message["List-Unsubscribe"]).rstrip("/").rpartition("/")[2]
    assert unsubscribing.read(token) == (lead.pk, "joining")
    assert lead.email not in message["List-Unsubscribe"]
    assert path_in(message["List-Unsubscribe"]) in letter.body
    (html, kind), *_others = letter.alternatives
    assert kind == "text/html"
    assert path_in(message["List-Unsubscribe"]) in html
    assert "Open it in the portal" in html


def test_what_concerns_the_safety_of_an_account_cannot_be_stopped(personas):
    workflow.act("account.expire_soon", personas.delegate, actor=User.objects.system())
    kinds.stop(user_id=personas.delegate.pk, codes=["account"])
    assert notifications.deliver_due() == 1
    (letter,) = mail.outbox
    assert "List-Unsubscribe" not in letter.message()
    assert "/notifications/stop/" not in letter.body
    assert not NotificationSetting.objects.exists()


def test_one_click_stops_the_kind_without_a_cookie_and_without_a_page_before(lead):
    ask(lead)
    notifications.deliver_due()
    (letter,) = mail.outbox
    path = path_in(letter.message()["List-Unsubscribe"])
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(path, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200, "no redirect: RFC 8058, section 3.1"
    assert not answer.cookies
    assert "no-store" in answer.headers["Cache-Control"]
    assert kinds.paces_of(lead.pk)["joining"] == "never"
    assert kinds.paces_of(lead.pk)["workplan"] == "at_once"
    assert ask(lead).email_state == Outgoing.Email.NONE
    assert strict.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200, "as multipart, and a second time"
    assert NotificationSetting.objects.count() == 1


def test_looking_at_the_link_asks_first_and_says_nothing_about_the_account(client, lead):
    path = urlsplit(unsubscribing.address(lead.pk, "joining")).path
    page = client.get(path)
    text = page.content.decode()
    assert "Stop these e-mails?" in text
    assert "Joining and leaving groups" in text
    for secret in (lead.email, str(lead), lead.group.title, "csrfmiddlewaretoken"):
        assert secret not in text
    assert not page.cookies
    assert not NotificationSetting.objects.exists()
    assert client.post(path, {"something": "else"}).status_code == 422
    assert not NotificationSetting.objects.exists()
    form = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]+)"', text))
    assert "You get no more of these e-mails" in client.post(path, form).content.decode()
    assert NotificationSetting.objects.get().user == lead


def test_the_answer_is_the_same_for_an_account_that_is_closed_or_gone(client):
    gone, open_one = UserFactory(is_active=False), UserFactory()
    answers = {
        re.sub(r"/notifications/stop/[^/]+/", "", client.post(path, unsubscribing.ONE_CLICK).content.decode())
        for path in (urlsplit(unsubscribing.address(pk, "joining")).path for pk in (gone.pk, open_one.pk, 10**9))
    }
    assert len(answers) == 1
    assert list(NotificationSetting.objects.values_list("user", flat=True)) == [open_one.pk]


@pytest.mark.parametrize("change", [lambda token: token[:-1] + "x", lambda token: "x" + token, lambda token: "a.b"])
def test_a_link_that_the_portal_has_not_signed_is_no_link(client, lead, change):
    path = urlsplit(unsubscribing.address(lead.pk, "joining")).path.rstrip("/")
    head, _slash, token = path.rpartition("/")
    assert client.post(f"{head}/{change(token)}/", {"List-Unsubscribe": "One-Click"}).status_code == 404
    assert not NotificationSetting.objects.exists()


def test_who_tries_many_links_is_held_up(client, settings, lead):
    settings.ACCOUNT_RATE_LIMITS = {"unsubscribe": "2/m/ip"}
    path = urlsplit(unsubscribing.address(lead.pk, "joining")).path
    assert [client.post(path, unsubscribing.ONE_CLICK).status_code for _n in range(3)] == [200, 200, 429]


def test_stopping_the_digest_stops_all_that_comes_with_it(client, lead):
    kinds.choose(user_id=lead.pk, wanted={"joining": "daily", "workplan": "weekly"})
    held = ask(lead)
    path = urlsplit(unsubscribing.address(lead.pk, unsubscribing.DIGEST)).path
    assert "the digest" in client.get(path).content.decode()
    client.post(path, {"List-Unsubscribe": "One-Click"})
    paces = kinds.paces_of(lead.pk)
    assert {paces[code] for code in ("joining", "workplan", "waiting", "voice")} == {"never"}
    assert paces["proposal"] == "at_once"
    held.refresh_from_db()
    assert held.email_state == Outgoing.Email.NONE


def test_an_e_mail_that_waits_for_the_server_is_not_sent_after_its_kind_was_stopped(lead):
    row = ask(lead)
    assert row.email_state == Outgoing.Email.PENDING
    kinds.stop(user_id=lead.pk, codes=["joining"])
    assert notifications.deliver_due() == 0
    row.refresh_from_db()
    assert row.email_state == Outgoing.Email.NONE
    assert Notification.objects.visible_to(lead).unread().filter(pk=row.pk).exists(), "in the portal it is told"
