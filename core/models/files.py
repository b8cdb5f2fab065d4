"""What is known of a file that somebody sent."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.files.base import ContentFile
from django.db import models

from core.uploads import Upload


class KeptFile(models.Model):
    """A row with one file, in a `file` field of its own. In storage the file has a name that nobody chose."""

    name = models.CharField(max_length=200, help_text="as the person called it")
    media_type = models.CharField(max_length=100, help_text="found in the content, whatever the name says")
    size = models.PositiveIntegerField(help_text="bytes")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the content")

    file: Any

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    def keep(self, upload: Upload) -> None:
        """Write the file, and what is known of it into this row, which the caller saves."""
        self.name, self.media_type = upload.name, upload.media_type
        self.size, self.digest = upload.size, upload.digest
        self.file.save(uuid.uuid4().hex, ContentFile(upload.data), save=False)
