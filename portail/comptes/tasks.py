"""Jobs: thin entry points of the actions."""

from procrastinate.contrib.django import app

from portail.comptes import actions


@app.task(queue="courriels", name="comptes.send_reset", retry=3)
def send_reset(identifiant: str) -> None:
    actions.send_reset(identifiant)


@app.periodic(cron="30 2 * * *")
@app.task(queue="entretien", name="comptes.purge_ended_sessions", queueing_lock="comptes.purge_ended_sessions")
def purge_ended_sessions(timestamp: int) -> None:
    actions.purge_ended_sessions()
