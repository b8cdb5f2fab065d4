from tests.access import Row

PUBLIC = {"search:search"}
ROWS = [Row("search:search", everyone=200)]
