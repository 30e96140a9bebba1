"""Jobs: thin entry points of the actions."""

from procrastinate.contrib.django import app

from portail.courriels import actions


@app.task(queue="courriels", name="courriels.send_courriel")
def send_courriel(pk: int) -> None:
    actions.send(pk)


@app.periodic(cron="* * * * *")
@app.task(queue="courriels", name="courriels.send_due", queueing_lock="courriels.send_due", pass_context=False)
def send_due(timestamp: int) -> None:
    actions.send_due()
