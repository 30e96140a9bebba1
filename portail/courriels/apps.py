from django.apps import AppConfig


class CourrielsConfig(AppConfig):
    name = "portail.courriels"
