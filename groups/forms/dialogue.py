"""Opening a discussion, writing and changing a comment, announcing something."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from committees.models import Committee
from groups.models import Announcement, Group
from groups.models.dialogue import ThreadReader
from members.models import User

HOW_TO_WRITE = _("Plain text. A line that begins with - is an item of a list; addresses become links.")


class PeopleField(forms.ModelMultipleChoiceField):
    """Whom to tell of a comment; with a script, also offered as one types @."""

    def __init__(self) -> None:
        super().__init__(
            queryset=User.objects.none(),
            required=False,
            label=_("Tell these people"),
            widget=forms.CheckboxSelectMultiple,
        )

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class CommentForm(forms.Form):
    use_required_attribute = False
    text = forms.CharField(
        label=_("Comment"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=HOW_TO_WRITE,
        error_messages={"required": _("Write something first.")},
    )
    tell = PeopleField()
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        kwargs["initial"] = {"key": uuid.uuid4(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.fields["tell"].queryset = people  # type: ignore[attr-defined]


class EditForm(CommentForm):
    key = None  # type: ignore[assignment]


class DiscussionForm(CommentForm):
    title = forms.CharField(
        label=_("What is it about?"), max_length=150, error_messages={"required": _("Give it a title of a few words.")}
    )
    field_order = ("title", "text", "tell", "key")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("Your first comment")


class FollowForm(forms.Form):
    choice = forms.ChoiceField(choices=[("", _("Neither")), *ThreadReader.Choice.choices], required=False)


class PinForm(forms.Form):
    pinned = forms.BooleanField(required=False)


class AnnouncementForm(forms.Form):
    use_required_attribute = False
    title = forms.CharField(
        label=_("Title"), max_length=150, error_messages={"required": _("Give it a title of a few words.")}
    )
    text = forms.CharField(
        label=_("Text"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=HOW_TO_WRITE,
        error_messages={"required": _("Write what you want to tell.")},
    )
    scope = forms.ChoiceField(
        label=_("Who is told"),
        choices=Announcement.Scope.choices,
        initial=Announcement.Scope.BODY,
        widget=forms.RadioSelect,
    )
    key = forms.UUIDField(widget=forms.HiddenInput)
    field_order = ("scope", "title", "text", "key")

    def __init__(self, *args: Any, body: Committee | Group, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": uuid.uuid4(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        if isinstance(body, Group):
            del self.fields["scope"]
