"""Jobs: thin entry points of the actions."""

from django.utils import timezone
from procrastinate.contrib.django import app

from portail.supervision import actions


@app.periodic(cron="0 6 * * 1")
@app.task(queue="entretien", name="supervision.send_digests", queueing_lock="supervision.send_digests", retry=3)
def send_digests(timestamp: int) -> None:
    actions.send_digests(timezone.localdate())


@app.periodic(cron="15 1 * * *")
@app.task(queue="entretien", name="supervision.record_usage", queueing_lock="supervision.record_usage", retry=3)
def record_usage(timestamp: int) -> None:
    actions.record_usage(timezone.localdate())
