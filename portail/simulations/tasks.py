"""Jobs: thin entry points of the actions."""

from procrastinate.contrib.django import app

from portail.simulations import actions


@app.task(queue="imports", name="simulations.carry_on_simulation")
def carry_on_simulation(pk: int) -> None:
    actions.carry_on(pk)


@app.periodic(cron="* * * * *")
@app.task(queue="imports", name="simulations.carry_on_simulations", queueing_lock="simulations.carry_on_simulations")
def carry_on_simulations(timestamp: int) -> None:
    actions.carry_on_all()
