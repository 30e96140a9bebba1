from django.apps import AppConfig


class CampagnesConfig(AppConfig):
    name = "portail.campagnes"

    def ready(self) -> None:
        from portail.campagnes import events  # noqa: F401
