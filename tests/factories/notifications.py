"""Events and the notifications of them."""

from __future__ import annotations

import factory
from factory.django import DjangoModelFactory

from core import events
from core.models import Event, Notification
from tests.factories.members import InvitationFactory, StaffRoleFactory, UserFactory


class EventFactory(DjangoModelFactory):
    """By default: somebody accepted an invitation."""

    class Meta:
        model = Event

    subject = factory.SubFactory(InvitationFactory)
    verb = "invitation.accept"
    actor = factory.SubFactory(UserFactory)

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        return events.record(kwargs.pop("verb"), kwargs.pop("subject"), **kwargs)


class NotificationFactory(DjangoModelFactory):
    class Meta:
        model = Notification

    event = factory.SubFactory(EventFactory)
    recipient = factory.LazyFunction(lambda: StaffRoleFactory().user)  # who may see invitations
