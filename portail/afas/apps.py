from django.apps import AppConfig


class AfasConfig(AppConfig):
    name = "portail.afas"

    def ready(self) -> None:
        from portail.afas import events  # noqa: F401 -- the journal must know its sentences
        from portail.afas.definitions import types
        from portail.afas.definitions.ratios import check_ratios
        from portail.afas.roles import SERVICE
        from portail.habilitations.roles import register

        register(SERVICE)
        types()  # a wrong definition stops the start, not a declaration
        check_ratios()
