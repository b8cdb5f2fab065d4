from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.logos import MAX_BYTES, read_logo


class LogoForm(forms.Form):
    """A picture and what it shows; without a picture the description of the one that is there."""

    logo = forms.FileField(
        label=_("Picture"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        help_text=_("PNG, JPEG or WebP, at most 2 MB and 20 million pixels. It is made smaller where it is large."),
    )
    alt = forms.CharField(
        label=_("What it shows"),
        max_length=150,
        help_text=_("Read out to people who do not see it: “Logo of Beispielwerke”."),
    )

    def __init__(self, *args: Any, has_logo: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["logo"].required = not has_logo

    def clean_logo(self) -> bytes | None:
        upload = self.cleaned_data["logo"]
        if not upload:
            return None
        if upload.size > MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than 2 MB. Please send a smaller picture."))
        data: bytes = upload.read()
        try:
            read_logo(data)
        except ValueError as problem:
            raise forms.ValidationError(str(problem)) from None
        return data
