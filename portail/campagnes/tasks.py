"""Jobs: thin entry points of the actions."""

from django.utils import timezone
from procrastinate.contrib.django import app

from portail.campagnes import actions


@app.task(queue="imports", name="campagnes.carry_on_campagne")
def carry_on_campagne(pk: int) -> None:
    actions.carry_on(pk)


@app.task(queue="imports", name="campagnes.make_dossier")
def make_dossier(pk: int) -> None:
    actions.make(pk)


@app.periodic(cron="* * * * *")
@app.task(queue="imports", name="campagnes.carry_on_campagnes", queueing_lock="campagnes.carry_on_campagnes")
def carry_on_campagnes(timestamp: int) -> None:
    """What a worker that was stopped has left."""
    actions.carry_on_all()
    actions.make_all()


@app.periodic(cron="0 7 * * *")
@app.task(queue="courriels", name="campagnes.remind", queueing_lock="campagnes.remind", retry=3)
def remind(timestamp: int) -> None:
    on = timezone.localdate()
    actions.close_ended(on)
    actions.remind(on)


@app.periodic(cron="30 2 * * *")
@app.task(queue="entretien", name="campagnes.purge_dossiers", queueing_lock="campagnes.purge_dossiers")
def purge_dossiers(timestamp: int) -> None:
    actions.purge_dossiers()
