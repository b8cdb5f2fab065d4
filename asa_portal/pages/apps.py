from core.apps import PortalAppConfig


class PagesConfig(PortalAppConfig):
    name = "asa_portal.pages"
    label = "pages"
