from django.apps import AppConfig


class AfasConfig(AppConfig):
    name = "portail.afas"

    def ready(self) -> None:
        from portail.afas import events  # noqa: F401 -- the journal must know its sentences
        from portail.afas.definitions import types
        from portail.afas.definitions.ratios import check_ratios
        from portail.afas.queries.couvertures import covered
        from portail.afas.queries.notifications import notification_by_code
        from portail.afas.queries.recapitulatifs import receipt_by_code
        from portail.afas.roles import SERVICE
        from portail.conventionnement.queries import documents
        from portail.habilitations.queries import couvertures
        from portail.habilitations.roles import register

        register(SERVICE)
        documents.register(notification_by_code)
        documents.register(receipt_by_code)
        couvertures.register(covered)
        types()  # a wrong definition stops the start, not a declaration
        check_ratios()
