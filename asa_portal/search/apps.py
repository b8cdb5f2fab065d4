from django.db.backends.signals import connection_created

from core.apps import PortalAppConfig


class SearchConfig(PortalAppConfig):
    name = "asa_portal.search"
    label = "search"

    def ready(self) -> None:
        from asa_portal.search.functions import teach_sqlite

        super().ready()
        connection_created.connect(teach_sqlite, dispatch_uid="asa_portal.search")
