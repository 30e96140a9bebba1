from django.apps import AppConfig


class CdapConfig(AppConfig):
    name = "portail.cdap"

    def ready(self) -> None:
        from portail.cdap.queries.attestations import attestation_by_code
        from portail.cdap.roles import SERVICE
        from portail.conventionnement.queries import documents
        from portail.habilitations.roles import register

        register(SERVICE)
        documents.register(attestation_by_code)
