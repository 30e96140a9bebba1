"""Jobs: thin entry points of the actions."""

from django.utils import timezone
from procrastinate.contrib.django import app

from portail.afas.actions import appels, lots, ouverture, pieces, profils, recalculs, syntheses, versements


@app.periodic(cron="15 5 * * *")
@app.task(queue="entretien", name="afas.open_due", queueing_lock="afas.open_due", retry=3)
def open_due(timestamp: int) -> None:
    ouverture.open_due(timezone.localdate())


@app.task(queue="entretien", name="afas.open_echeance", retry=3)
def open_echeance(pk: int) -> None:
    ouverture.open_echeance(pk, timezone.localdate())


@app.periodic(cron="30 6 * * *")
@app.task(queue="courriels", name="afas.remind", queueing_lock="afas.remind", retry=3)
def remind(timestamp: int) -> None:
    today = timezone.localdate()
    appels.call(today)
    appels.remind(today)


@app.task(queue="entretien", name="afas.scan_piece", retry=5)
def scan_piece(pk: int) -> None:
    pieces.scan_piece(pk)


@app.periodic(cron="*/15 * * * *")
@app.task(queue="entretien", name="afas.scan_pieces", queueing_lock="afas.scan_pieces")
def scan_pieces(timestamp: int) -> None:
    pieces.scan_pieces()


@app.periodic(cron="20 5 * * *")
@app.task(queue="entretien", name="afas.end_left_behind", queueing_lock="afas.end_left_behind", retry=3)
def end_left_behind(timestamp: int) -> None:
    profils.end_left_behind(timezone.localdate())


@app.periodic(cron="40 6 * * *")
@app.task(queue="courriels", name="afas.tell_changes", queueing_lock="afas.tell_changes", retry=3)
def tell_changes(timestamp: int) -> None:
    syntheses.tell_changes(timezone.localdate())


@app.task(queue="imports", name="afas.carry_on_recalcul")
def carry_on_recalcul(pk: int) -> None:
    recalculs.carry_on(pk)


@app.periodic(cron="* * * * *")
@app.task(queue="imports", name="afas.carry_on_recalculs", queueing_lock="afas.carry_on_recalculs")
def carry_on_recalculs(timestamp: int) -> None:
    recalculs.carry_on_all()


@app.task(queue="imports", name="afas.apply_regle", retry=3)
def apply_regle(pk: int) -> None:
    versements.apply_regle(pk)


@app.task(queue="imports", name="afas.settle_lot", retry=3)
def settle_lot(pk: int) -> None:
    lots.settle_lot(pk)
