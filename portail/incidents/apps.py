from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    name = "portail.incidents"

    def ready(self) -> None:
        from portail.incidents import events  # noqa: F401 -- declares its mails and its journal sentences
