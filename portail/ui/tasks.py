"""Jobs: thin entry points of the actions."""

from procrastinate.contrib.django import app

from portail.ui import actions


@app.periodic(cron="40 2 * * *")
@app.task(queue="entretien", name="ui.purge_submitted_forms", queueing_lock="ui.purge_submitted_forms")
def purge_submitted_forms(timestamp: int) -> None:
    actions.purge_submitted_forms()
