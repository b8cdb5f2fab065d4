"""What members adds to its own registries."""

from members.merging import own_rows

__all__ = ["own_rows"]
