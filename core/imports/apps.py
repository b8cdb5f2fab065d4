from core.apps import PortalAppConfig


class ImportsConfig(PortalAppConfig):
    name = "core.imports"
    label = "imports"
