"""Every step that a post can take, and the words for it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from asa_portal.news.models import Post
from core.events import name_verb
from core.workflow import Transition

# -- Posts: draft → (scheduled →) published → withdrawn ----------------------------------------------------------------
_state = Post.Status
WRITE = name_verb("post.write", _("wrote the news"))
CHANGE = name_verb("post.change", _("changed the draft"))
CORRECT = name_verb("post.correct", _("corrected the news"))
SCHEDULE = Transition(
    "post.schedule", {_state.DRAFT, _state.SCHEDULED}, _state.SCHEDULED, _("set the day on which it is published")
)
RECALL = Transition("post.recall", {_state.SCHEDULED}, _state.DRAFT, _("made it a draft again"))
PUBLISH = Transition("post.publish", {_state.DRAFT, _state.SCHEDULED}, _state.PUBLISHED, _("published the news"))
WITHDRAW = Transition(
    "post.withdraw",
    {_state.DRAFT, _state.SCHEDULED, _state.PUBLISHED},
    _state.WITHDRAWN,
    _("withdrew the news"),
    note_required=True,
)
