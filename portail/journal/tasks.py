"""Jobs: thin entry points of the actions."""

from procrastinate.contrib.django import app

from portail.journal import actions


@app.periodic(cron="*/5 * * * *")
@app.task(queue="journal", name="journal.seal", queueing_lock="journal.seal", retry=3)
def seal(timestamp: int) -> None:
    actions.seal()
