from tests.access import Row

PUBLIC: set[str] = set()
ROWS = [
    Row("core:notification_list", signed_in=200),
]
