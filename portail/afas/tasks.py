"""Jobs: thin entry points of the actions."""

from procrastinate.contrib.django import app

from portail.afas.actions import lots, versements


@app.task(queue="imports", name="afas.apply_regle", retry=3)
def apply_regle(pk: int) -> None:
    versements.apply_regle(pk)


@app.task(queue="imports", name="afas.settle_lot", retry=3)
def settle_lot(pk: int) -> None:
    lots.settle_lot(pk)
