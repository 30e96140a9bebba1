from django.apps import AppConfig


class CdapConfig(AppConfig):
    name = "portail.cdap"

    def ready(self) -> None:
        from portail.cdap import definitions, events  # noqa: F401 -- wrong data stops the start; sentences of the journal
        from portail.cdap.roles import SERVICE
        from portail.habilitations.roles import register

        register(SERVICE)
