"""Who writes news, and for whom. Everybody reads what is published."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from asa_portal.news import publishers
from asa_portal.news.models import Post
from core.permissions import allow, any_of, condition
from groups.models import Group
from members.permissions import is_the_portal


@condition(
    _(
        "The ASA Office writes news; for a committee its chair and vice-chair, for a group its lead and co-lead, for a"
        " project the representatives of its coordinator."
    )
)
def writes_for_it(user: Any, post: Any) -> bool:
    return publishers.writes_for(user, post.body)


@condition(_("The group is closed."))
def is_at_work(user: Any, post: Any) -> bool:
    return post.group is None or post.group.status == Group.Status.ACTIVE


@condition(_("News are for everybody, and not everybody may know of this publisher."))
def has_a_public_publisher(user: Any, post: Any) -> bool:
    return publishers.is_public(post.body)


@condition(_("It is withdrawn: what was said stays as it was."))
def is_not_withdrawn(user: Any, post: Any) -> bool:
    return post.status != Post.Status.WITHDRAWN


allow("news.write_post", writes_for_it, is_at_work, has_a_public_publisher)
allow("news.change_post", writes_for_it, is_not_withdrawn)
allow("news.schedule_post", writes_for_it, has_a_public_publisher)
allow("news.recall_post", writes_for_it)
# What somebody set a day for who had the right to is published on that day, whoever they are by then.
allow("news.publish_post", any_of(writes_for_it, is_the_portal), has_a_public_publisher)
allow("news.withdraw_post", writes_for_it)
