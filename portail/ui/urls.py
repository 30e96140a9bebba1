from django.conf import settings
from django.urls import path

from portail.ui import views

app_name = "ui"
urlpatterns = [
    path("mentions-legales/", views.mentions_legales, name="mentions_legales"),
    path("accessibilite/", views.accessibilite, name="accessibilite"),
    path("informatique-et-libertes/", views.informatique_libertes, name="informatique_libertes"),
    path("plan-du-site/", views.plan_du_site, name="plan_du_site"),
    path("contact/", views.contact, name="contact"),
]
if settings.PROFILE != "production":
    urlpatterns.append(path("composants/", views.gallery, name="gallery"))
