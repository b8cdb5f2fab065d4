from core.apps import PortalAppConfig


class DemoConfig(PortalAppConfig):
    name = "asa_portal.demo"
    label = "demo"
