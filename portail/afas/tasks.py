"""Jobs: thin entry points of the actions."""

from django.utils import timezone
from procrastinate.contrib.django import app

from portail.afas.actions import profils, syntheses


@app.periodic(cron="20 5 * * *")
@app.task(queue="entretien", name="afas.end_left_behind", queueing_lock="afas.end_left_behind", retry=3)
def end_left_behind(timestamp: int) -> None:
    profils.end_left_behind(timezone.localdate())


@app.periodic(cron="40 6 * * *")
@app.task(queue="courriels", name="afas.tell_changes", queueing_lock="afas.tell_changes", retry=3)
def tell_changes(timestamp: int) -> None:
    syntheses.tell_changes(timezone.localdate())
