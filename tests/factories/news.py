"""News of the tests."""

from __future__ import annotations

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from asa_portal.news.models import Post
from tests.factories.members import UserFactory


class PostFactory(DjangoModelFactory):
    """Published, of the Office; `committee=`, `group=` or `project=` for another publisher."""

    class Meta:
        model = Post

    title = factory.Sequence(lambda n: f"News {n}")
    slug = factory.Sequence(lambda n: f"news-{n}")
    lead = "Something happened."
    text = "It happened in Ostrava."
    status = Post.Status.PUBLISHED
    published_at = factory.LazyFunction(timezone.now)
    written_by = factory.SubFactory(UserFactory)
