from django.apps import AppConfig


class CdapConfig(AppConfig):
    name = "portail.cdap"

    def ready(self) -> None:
        from portail.cdap.gateway.annuaire import annuaire
        from portail.cdap.roles import SERVICE
        from portail.habilitations.roles import register

        register(SERVICE)
        annuaire()  # a mistake in it stops the start
