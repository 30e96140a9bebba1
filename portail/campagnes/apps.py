from django.apps import AppConfig


class CampagnesConfig(AppConfig):
    name = "portail.campagnes"

    def ready(self) -> None:
        from portail.accueil.queries import register
        from portail.campagnes import events  # noqa: F401
        from portail.campagnes.queries.revues import left_for

        register(left_for)
