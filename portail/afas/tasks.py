"""Jobs: thin entry points of the actions."""

from procrastinate.contrib.django import app

from portail.afas.actions import recalculs

# Processing at the Caf


@app.task(queue="imports", name="afas.carry_on_recalcul")
def carry_on_recalcul(pk: int) -> None:
    recalculs.carry_on(pk)


@app.periodic(cron="* * * * *")
@app.task(queue="imports", name="afas.carry_on_recalculs", queueing_lock="afas.carry_on_recalculs")
def carry_on_recalculs(timestamp: int) -> None:
    recalculs.carry_on_all()
