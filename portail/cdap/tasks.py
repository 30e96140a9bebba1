"""Jobs: thin entry points of the actions."""

from django.utils import timezone
from procrastinate.contrib.django import app

from portail.cdap.actions import courriers, echantillons, gardes, mois
from portail.cdap.models import Veille


@app.task(queue="imports", name="cdap.print_lot", retry=3)
def print_lot(pk: int) -> None:
    courriers.print_lot(pk)


@app.periodic(cron="*/10 * * * *")
@app.task(queue="imports", name="cdap.print_lots", queueing_lock="cdap.print_lots")
def print_lots(timestamp: int) -> None:
    courriers.print_lots()


# Every half minute: what is consulted is looked at within the minute.
@app.periodic(cron="* * * * * */30")
@app.task(queue="entretien", name="cdap.watch", queueing_lock="cdap.watch")
def watch(timestamp: int) -> None:
    gardes.watch()


@app.periodic(cron="* * * * * */30")
@app.task(queue="imports", name="cdap.watch_names", queueing_lock="cdap.watch_names")
def watch_names(timestamp: int) -> None:
    gardes.watch(Veille.FAMILLE)


@app.periodic(cron="10 5 * * *")
@app.task(queue="entretien", name="cdap.prepare_months", queueing_lock="cdap.prepare_months", retry=3)
def prepare_months(timestamp: int) -> None:
    mois.prepare_months(timezone.localdate())


@app.periodic(cron="50 5 1-10 * *")
@app.task(queue="entretien", name="cdap.draw", queueing_lock="cdap.draw", retry=3)
def draw(timestamp: int) -> None:
    echantillons.draw_all(timezone.localdate())


@app.periodic(cron="20 6 * * *")
@app.task(queue="courriels", name="cdap.remind", queueing_lock="cdap.remind", retry=3)
def remind(timestamp: int) -> None:
    echantillons.remind(timezone.localdate())
