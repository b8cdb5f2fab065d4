from core.apps import PortalAppConfig


class CommitteesConfig(PortalAppConfig):
    name = "committees"
