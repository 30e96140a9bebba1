from django.apps import AppConfig


class SimulationsConfig(AppConfig):
    name = "portail.simulations"

    def ready(self) -> None:
        from portail.simulations import events  # noqa: F401 -- declares its journal sentences
