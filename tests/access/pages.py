from tests.access import Row

PUBLIC = {
    "pages:home",
    "pages:about",
    "pages:method",
    "pages:accessibility",
    "pages:imprint",
    "pages:robots",
    "pages:sitemap",
}
ROWS = [
    Row("pages:my_organisation", signed_in=200, stranger=403, office=403, administrator=403),
    *(Row(name, everyone=200) for name in sorted(PUBLIC)),
    Row("pages:dead_links", signed_in=403, office=200),
    Row("pages:me", signed_in=200),
    Row("pages:waiting_number", signed_in=200),
]
