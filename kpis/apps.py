from core.apps import PortalAppConfig


class KpisConfig(PortalAppConfig):
    name = "kpis"
