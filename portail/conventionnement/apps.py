from django.apps import AppConfig


class ConventionnementConfig(AppConfig):
    name = "portail.conventionnement"

    def ready(self) -> None:
        from portail.conventionnement import events  # noqa: F401 -- declares its mails and its journal sentences
