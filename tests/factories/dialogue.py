"""Discussions and comments."""

from __future__ import annotations

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from groups.models import Comment, Thread
from tests.factories.groups import GroupFactory
from tests.factories.members import UserFactory


class ThreadFactory(DjangoModelFactory):
    """A discussion of a group; `group=None, plan=…, title=""` for the comments on a plan."""

    class Meta:
        model = Thread

    group = factory.SubFactory(GroupFactory)
    title = factory.Sequence(lambda n: f"Discussion {n}")
    opened_by = factory.SubFactory(UserFactory)


class CommentFactory(DjangoModelFactory):
    class Meta:
        model = Comment

    thread = factory.SubFactory(ThreadFactory)
    author = factory.SubFactory(UserFactory)
    text = factory.Sequence(lambda n: f"Comment {n}.")
    written_at = factory.LazyFunction(timezone.now)
