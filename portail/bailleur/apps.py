from django.apps import AppConfig


class BailleurConfig(AppConfig):
    name = "portail.bailleur"

    def ready(self) -> None:
        from portail.bailleur.roles import SERVICE
        from portail.habilitations.roles import register

        register(SERVICE)
