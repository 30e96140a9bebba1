"""Jobs: thin entry points of the actions."""

from procrastinate.contrib.django import app

from portail.journal import actions


@app.periodic(cron="* * * * *")
@app.task(queue="journal", name="journal.seal", queueing_lock="journal.seal", retry=3)
def seal(timestamp: int) -> None:
    actions.seal_and_keep()


@app.periodic(cron="30 3 * * *")
@app.task(queue="verification", name="journal.verify", queueing_lock="journal.verify")
def verify(timestamp: int) -> None:
    """Fails when the journal was altered: a failed job is what an operator is told of."""
    found = actions.verify(by=actions.SYSTEM)
    if found.sentence:
        raise actions.AlteredError(found.sentence)
