"""Writing news, and what becomes of them."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from asa_portal.news.models import Post
from core import pictures
from core.forms import DayField
from core.text import plain
from groups.forms.dialogue import HOW_TO_WRITE

MOST_MB, LONGEST_SIDE, SHORTEST_SIDE = 8, 1200, 200


class PictureField(forms.FileField):
    """Cleaned, it is a core.pictures.Picture, or None."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        sent = super().clean(data, initial)
        if not sent:
            return None
        try:
            pictures.check_size(sent.size, MOST_MB)
            return pictures.read(
                sent.read(),
                most_mb=MOST_MB,
                longest=LONGEST_SIDE,
                shortest=SHORTEST_SIDE,
                too_small=_t("The picture is too small: send one with at least 200 pixels on each side."),
            )
        except ValueError as problem:
            raise forms.ValidationError(str(problem)) from None


class PostForm(forms.ModelForm):
    use_required_attribute = False
    text = forms.CharField(
        label=_("Text"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text=HOW_TO_WRITE,
        error_messages={"required": _("Write what you want to tell.")},
    )
    picture = PictureField(
        label=_("Picture"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        help_text=_(
            "PNG, JPEG or WebP, at most 8 MB and 20 million pixels. It is made smaller where it is large, and where and"
            " when it was taken is left out."
        ),
    )
    remove_picture = forms.BooleanField(label=_("Take the picture away"), required=False)
    note = forms.CharField(
        label=_("What was corrected"),
        required=False,
        max_length=300,
        help_text=_("Readers see it under the text, with the day. The words as they were stay in the history."),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    field_order = (
        "title", "lead", "text", "language", "picture", "image_alt", "remove_picture", "note", "revision", "key",
    )  # fmt: skip

    class Meta:
        model = Post
        fields = ("title", "lead", "language", "image_alt")
        widgets = {"lead": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "lead": _(
                "What happened, and for whom it matters: lists and feeds show this alone. At most 300 characters."
            ),
            "image_alt": _("Read out to people who do not see it, and shown where it does not load."),
        }
        error_messages = {
            "title": {"required": _("Give it a title of a few words.")},
            "lead": {"required": _("Say it in one or two sentences.")},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = self.instance
        self.initial.update(text=found.text, revision=found.revision, key=uuid.uuid4())
        if found.pk:
            del self.fields["key"]
        if not found.image:
            del self.fields["remove_picture"]
        if found.status != Post.Status.PUBLISHED:
            del self.fields["note"]

    @property
    def words(self) -> dict[str, Any]:
        found = {name: value for name, value in self.cleaned_data.items() if name != "revision"}
        for name, value in found.items():
            if isinstance(value, str):
                is_long = isinstance(self.fields[name].widget, forms.Textarea)
                found[name] = plain(value) if is_long else " ".join(plain(value).split())
        return found

    def _post_clean(self) -> None:
        """The services build and check the post: the instance stays as it is in the database."""


class PublishForm(forms.Form):
    day = DayField(
        label=_("On a day to come"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Empty: at once. Else it appears as that day begins, in Brussels."),
    )


class WithdrawForm(forms.Form):
    note = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Who comes by a link to published news reads it there."),
        error_messages={"required": _("Please give a reason: who comes by a link reads it there.")},
    )
