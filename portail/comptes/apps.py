from django.apps import AppConfig


class ComptesConfig(AppConfig):
    name = "portail.comptes"

    def ready(self) -> None:
        from portail.comptes import actions, events
        from portail.courriels.events import prepare_with

        prepare_with(events.IDENTIFIANT, actions.prepare_identifiant)
        prepare_with(events.PROVISIONAL, actions.prepare_provisional)
        prepare_with(events.RESET, actions.prepare_provisional)
        prepare_with(events.COURRIEL_CONFIRM, actions.prepare_confirmation)
