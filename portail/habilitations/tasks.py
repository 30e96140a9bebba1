"""Jobs: thin entry points of the actions."""

from procrastinate.contrib.django import app

from portail.habilitations import actions


@app.periodic(cron="0 6 * * *")
@app.task(queue="courriels", name="habilitations.tell_ends", queueing_lock="habilitations.tell_ends", retry=3)
def tell_ends(timestamp: int) -> None:
    actions.tell_ends()
