from django.apps import AppConfig


class AideConfig(AppConfig):
    name = "portail.aide"

    def ready(self) -> None:
        """A mistake in a fiche stops the start."""
        from portail.aide.definitions import fiches

        fiches()
