from core.apps import PortalAppConfig


class ReferenceConfig(PortalAppConfig):
    name = "asa_portal.reference"
    label = "reference"
