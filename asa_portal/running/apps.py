from core.apps import PortalAppConfig


class RunningConfig(PortalAppConfig):
    name = "asa_portal.running"
    label = "running"
