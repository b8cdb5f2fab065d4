"""A plan saves as one types, at the address of its form, and two windows never overwrite each other."""

from __future__ import annotations

import uuid

import pytest
from django.urls import reverse

from core.models import ActivityType
from groups import services
from groups.forms import ActivityForm, PlanForm
from tests.factories.groups import THIS_YEAR, GroupFactory, WorkPlanFactory, make_lead

pytestmark = pytest.mark.django_db
SCRIPT = {"Accept": "application/json"}


@pytest.fixture
def plan(personas):
    group = GroupFactory()
    make_lead(group, user=personas.primary, organisation=personas.organisation)
    return WorkPlanFactory(group=group)


@pytest.fixture
def lead(client_for, personas):
    return client_for(personas.primary)


def opened(lead, url):
    """What a browser would send of the form as it was opened, hidden initial values included."""
    form = lead.get(url).context["form"]
    data = {}
    for field in form:
        value = field.field.prepare_value(field.value())
        data[field.html_name] = "" if value is None else str(value)
        if field.field.show_hidden_initial:
            data[field.html_initial_name] = data[field.html_name]
    return data


def test_what_is_typed_is_saved_at_the_address_of_the_form(lead, plan):
    url = reverse("groups:plan_edit", args=[plan.pk])
    mine = opened(lead, url)
    answer = lead.post(url, mine | {"objectives": "Typed.", "resources": "Two people."}, headers=SCRIPT)
    assert answer.status_code == 200
    assert (answer.json()["seen"], answer.json()["errors"], answer.json()["theirs"]) == (2, {}, "")
    assert ":" in answer.json()["saved"]
    plan.refresh_from_db()
    assert (plan.objectives, plan.resources, plan.status) == ("Typed.", "Two people.", "draft")


def test_what_cannot_be_stored_is_told_by_field_and_nothing_is_saved(lead, plan):
    url = reverse("groups:plan_edit", args=[plan.pk])
    answer = lead.post(url, opened(lead, url) | {"objectives": "Typed.", "meetings": "-3"}, headers=SCRIPT)
    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == ["id_meetings"]
    assert answer.json()["saved"] == ""
    plan.refresh_from_db()
    assert plan.objectives == "To know who does what."


@pytest.mark.parametrize("headers", [SCRIPT, {}], ids=["script", "plain"])
def test_two_windows_that_write_in_different_fields_both_keep_what_they_wrote(lead, plan, headers):
    url = reverse("groups:plan_edit", args=[plan.pk])
    first, second = opened(lead, url), opened(lead, url)
    lead.post(url, first | {"objectives": "Theirs.\r\nTwo lines."}, headers=headers)
    answer = lead.post(url, second | {"resources": "Mine."}, headers=headers, follow=True)
    plan.refresh_from_db()
    assert (plan.objectives, plan.resources, plan.revision) == ("Theirs.\r\nTwo lines.", "Mine.", 3)
    if headers:
        assert answer.json()["values"] == {"objectives": "Theirs.\r\nTwo lines."}
        assert answer.json()["theirs"].startswith("Objectives: Theirs.")
    else:
        assert "Somebody else saved, too, and both are kept. Objectives: Theirs." in answer.content.decode()


def test_two_windows_in_the_same_field_see_both_side_by_side_and_nothing_is_lost(lead, plan):
    url = reverse("groups:plan_edit", args=[plan.pk])
    first, second = opened(lead, url), opened(lead, url)
    lead.post(url, first | {"objectives": "Theirs.", "meetings": "9"}, headers=SCRIPT)
    answer = lead.post(url, second | {"objectives": "Mine.", "resources": "Mine, too."}, headers=SCRIPT)
    assert answer.status_code == 409
    assert "Theirs." in answer.json()["html"]
    assert "Mine." in answer.json()["html"]
    assert answer.json()["values"] == {"meetings": "9"}
    plan.refresh_from_db()
    assert (plan.objectives, plan.resources) == ("Theirs.", "")
    page = lead.post(url, second | {"objectives": "Mine.", "resources": "Mine, too."})
    assert page.status_code == 409
    again = page.context["form"]
    assert [(row.label, row.theirs, row.mine) for row in page.context["conflict"]] == [
        ("Objectives", "Theirs.", "Mine.")
    ]
    sent = {field.html_name: field.value() for field in again}
    sent |= {
        field.html_initial_name: again.data[field.html_initial_name] for field in again if field.name == "objectives"
    }
    lead.post(url, sent)
    plan.refresh_from_db()
    assert (plan.objectives, plan.meetings, plan.resources) == ("Mine.", 9, "Mine, too.")


def test_a_new_activity_is_made_once_as_it_is_typed_and_goes_on_from_there(lead, plan, personas):
    url = reverse("groups:activity_add", args=[plan.pk])
    data = {"key": str(uuid.uuid4()), "title": "Survey", "revision": ""}
    early = lead.post(url, data, headers=SCRIPT)
    assert early.status_code == 422
    assert (early.json()["errors"], early.json()["wanted"]) == ({}, "Type of activity, Starts, Ends")
    data |= {
        "activity_type": ActivityType.objects.current().first().pk,
        "starts": f"{THIS_YEAR}-02-01",
        "ends": f"{THIS_YEAR}-03-01",
    }
    made = lead.post(url, data, headers=SCRIPT)
    assert (made.status_code, made.json()["seen"]) == (200, 1)
    assert (
        lead.post(url, data | {"title": "Survey of skills"}, headers=SCRIPT).json()["seen"] == 2
    )  # an answer got lost
    wrong = lead.post(url, data | {"revision": "2", "ends": f"{THIS_YEAR}-01-01"}, headers=SCRIPT)
    assert list(wrong.json()["errors"]) == ["id_ends"]
    page = lead.post(url, data | {"revision": "2", "title": "Survey of all skills"}, follow=True)
    assert "The activity is saved." in page.content.decode()
    assert plan.activities.filter(key=data["key"]).values_list("title", flat=True).get() == "Survey of all skills"


def test_dates_of_two_people_that_do_not_go_together_are_refused_at_the_field(lead, plan):
    activity = plan.activities.order_by("pk")[0]
    url = reverse("groups:activity_edit", args=[activity.pk])
    first, second = opened(lead, url), opened(lead, url)
    lead.post(url, first | {"starts": f"{THIS_YEAR}-09-01"}, headers=SCRIPT)
    answer = lead.post(url, second | {"ends": f"{THIS_YEAR}-06-01"}, headers=SCRIPT)
    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == ["id_ends"]
    page = lead.post(url, second | {"ends": f"{THIS_YEAR}-06-01"}).content.decode()
    assert "It ends before it starts." in page
    assert f'value="{THIS_YEAR}-09-01"' in page  # what the other one wrote is in the form, beside what does not fit it
    page = lead.post(url, second | {"ends": f"{THIS_YEAR}-10-01"}, follow=True)
    assert "both are kept. Starts: 1 Sep" in page.content.decode()
    activity.refresh_from_db()
    assert [str(activity.starts), str(activity.ends)] == [f"{THIS_YEAR}-09-01", f"{THIS_YEAR}-10-01"]


def test_a_plan_submitted_while_it_is_edited_takes_nothing_more_and_says_why(lead, plan, personas):
    activity = plan.activities.order_by("pk")[0]
    addresses = [
        reverse("groups:plan_edit", args=[plan.pk]),
        reverse("groups:activity_edit", args=[activity.pk]),
        reverse("groups:activity_add", args=[plan.pk]),
    ]
    open_forms = {url: opened(lead, url) for url in addresses[:2]}
    open_forms[addresses[2]] = open_forms[addresses[1]] | {
        "key": str(uuid.uuid4()),
        "revision": "",
        "organisation": "",
    }
    services.submit_plan(plan_id=plan.pk, actor=personas.primary)
    for url, data in open_forms.items():
        answer = lead.post(url, data | {"objectives": "Late.", "title": "Late."}, headers=SCRIPT)
        assert answer.status_code == 403
        assert "It is with the committee" in answer.json()["problem"]
    assert not plan.activities.filter(title="Late.").exists()


def test_every_field_says_what_it_was_when_the_form_was_opened(plan):
    for form in (PlanForm(instance=plan), ActivityForm(plan=plan)):
        assert all(form.fields[name].show_hidden_initial for name in form._meta.fields)
