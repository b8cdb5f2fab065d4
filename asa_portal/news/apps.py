from core.apps import PortalAppConfig


class NewsConfig(PortalAppConfig):
    name = "asa_portal.news"
    label = "news"
