from tests.access import Row

PUBLIC = {"pages:home"}
ROWS = [
    Row("pages:home", everyone=200),
    Row("pages:me", signed_in=200),
]
