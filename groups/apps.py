from core.apps import PortalAppConfig


class GroupsConfig(PortalAppConfig):
    name = "groups"
    registries = (*PortalAppConfig.registries, "meetings", "documents", "dialogue")
