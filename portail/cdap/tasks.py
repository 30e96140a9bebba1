"""Jobs: thin entry points of the actions."""

from procrastinate.contrib.django import app

from portail.cdap.actions import courriers


@app.task(queue="imports", name="cdap.print_lot", retry=3)
def print_lot(pk: int) -> None:
    courriers.print_lot(pk)


@app.periodic(cron="*/10 * * * *")
@app.task(queue="imports", name="cdap.print_lots", queueing_lock="cdap.print_lots")
def print_lots(timestamp: int) -> None:
    courriers.print_lots()
