from core.apps import PortalAppConfig


class MembersConfig(PortalAppConfig):
    name = "members"
