from django.apps import AppConfig


class DgfipConfig(AppConfig):
    name = "portail.dgfip"

    def ready(self) -> None:
        from portail.dgfip.roles import SERVICE
        from portail.habilitations.roles import register

        register(SERVICE)
