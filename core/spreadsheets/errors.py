"""What can be wrong with a file, in words for the person who sent it."""


class UnreadableFile(Exception):
    """The file cannot be read; `str()` says why and what helps."""
