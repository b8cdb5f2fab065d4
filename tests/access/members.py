from tests.access import Row

PUBLIC = {"members:directory"}
ROWS = [
    Row("members:directory", everyone=200),
]
