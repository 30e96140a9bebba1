"""Jobs: thin entry points of the actions."""

from procrastinate.contrib.django import app

from portail.incidents import actions


@app.periodic(cron="10 * * * *")
@app.task(queue="courriels", name="incidents.remind", queueing_lock="incidents.remind", retry=3)
def remind(timestamp: int) -> None:
    actions.remind()
