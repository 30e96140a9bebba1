from django.apps import AppConfig


class AfasConfig(AppConfig):
    name = "portail.afas"

    def ready(self) -> None:
        from portail.afas.roles import SERVICE
        from portail.habilitations.roles import register

        register(SERVICE)
