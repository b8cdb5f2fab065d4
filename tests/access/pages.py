from tests.access import Row

PUBLIC = {"pages:home"}
ROWS = [
    Row("pages:my_organisation", signed_in=200, stranger=403, office=403, administrator=403),
    Row("pages:home", everyone=200),
    Row("pages:me", signed_in=200),
]
