"""Where a group comes from and who goes on with its work, as the committee or the Office sets it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from core import events
from core.models import Event
from tests.factories.groups import GroupFactory, make_lead

pytestmark = pytest.mark.django_db


def url_of(group):
    return reverse("groups:group_lineage", args=[group.code])


def test_earlier_codes_lead_to_the_group_and_both_pages_name_each_other(personas, client_for, client):
    old, new = GroupFactory(title="Battery care"), GroupFactory(title="Battery repair")
    chair = client_for(personas.chair)
    assert url_of(old) in chair.get(old.get_absolute_url()).content.decode()
    said = {"legacy_codes": "WG7, tech.old-3 WG7", "successor": new.pk, "note": "From the minutes of 2024."}
    assert chair.post(url_of(old), said).status_code == 302
    old.refresh_from_db()
    assert (old.legacy_codes, old.successor) == (["WG7", "tech.old-3"], new)
    event = events.of(old).get(verb="group.link")
    assert (event.actor, event.note) == (personas.chair, "From the minutes of 2024.")
    assert event.data == {"legacy_codes": [[], ["WG7", "tech.old-3"]], "successor": ["", new.code]}
    answer = client.get(reverse("groups:group_detail", args=["WG7"]))
    assert answer.status_code == 302
    assert answer["Location"] == old.get_absolute_url()
    assert new.get_absolute_url() in client.get(old.get_absolute_url()).content.decode()
    assert old.get_absolute_url() in client.get(new.get_absolute_url()).content.decode()
    chair.post(url_of(old), said)
    assert events.of(old).filter(verb="group.link").count() == 1, "the same again is no change"


def test_what_cannot_be_is_said_at_its_field_and_nothing_is_lost(personas, client_for):
    first, second = GroupFactory(legacy_codes=["WG7"]), GroupFactory()
    third = GroupFactory(successor=first)
    office = client_for(personas.office)
    first.successor = second
    first.save(update_fields=["successor"])
    for said, field, words in (
        ({"legacy_codes": "WG7"}, "legacy_codes", f"“WG7” belongs to {first}."),
        ({"legacy_codes": first.code}, "legacy_codes", f"“{first.code}” belongs to {first}."),
        ({"legacy_codes": second.code}, "legacy_codes", f"“{second.code}” is the code that the group has now."),
        ({"legacy_codes": "a/b"}, "legacy_codes", "“a/b” is no code"),
        ({"legacy_codes": '"<b>'}, "legacy_codes", "is no code"),
        ({"successor": third.pk}, "successor", "a group does not continue itself"),
        ({"successor": second.pk}, "successor", "not one of the available choices"),
    ):
        answer = office.post(url_of(second), {"legacy_codes": "", "successor": "", "note": "Because."} | said)
        assert answer.status_code == 422
        form = answer.context["form"]
        assert words in " ".join(form.errors[field]), said
        assert form["note"].value() == "Because."
    second.refresh_from_db()
    assert (second.legacy_codes, second.successor) == ([], None)
    assert not Event.objects.filter(verb="group.link").exists()


def test_a_lead_reads_why_not_and_an_outsider_finds_nothing(personas, client_for):
    group = GroupFactory()
    make_lead(group, user=personas.primary, organisation=personas.organisation)
    refused = client_for(personas.primary).get(url_of(group))
    assert refused.status_code == 403
    assert "The chair and vice-chair of the committee and the ASA Office do this." in refused.content.decode()
    assert client_for(personas.outsider).get(url_of(group)).status_code == 404
