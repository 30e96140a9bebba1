from django.apps import AppConfig


class AdonisConfig(AppConfig):
    name = "portail.adonis"

    def ready(self) -> None:
        from portail.adonis.roles import SERVICE
        from portail.habilitations.roles import register

        register(SERVICE)
