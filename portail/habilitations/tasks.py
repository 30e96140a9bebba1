"""Jobs: thin entry points of the actions."""

from django.utils import timezone
from procrastinate.contrib.django import app

from portail.habilitations import actions
from portail.habilitations.actions import imports, justificatifs


@app.task(queue="imports", name="habilitations.carry_on_import")
def carry_on_import(pk: int) -> None:
    imports.carry_on(pk)


@app.periodic(cron="* * * * *")
@app.task(queue="imports", name="habilitations.carry_on_imports", queueing_lock="habilitations.carry_on_imports")
def carry_on_imports(timestamp: int) -> None:
    imports.carry_on_all()


@app.periodic(cron="20 2 * * *")
@app.task(queue="entretien", name="habilitations.purge_imports", queueing_lock="habilitations.purge_imports")
def purge_imports(timestamp: int) -> None:
    imports.purge_imports()


@app.periodic(cron="0 6 * * *")
@app.task(queue="courriels", name="habilitations.tell_ends", queueing_lock="habilitations.tell_ends", retry=3)
def tell_ends(timestamp: int) -> None:
    actions.tell_ends()


@app.periodic(cron="30 5 * * *")
@app.task(queue="entretien", name="habilitations.watch_usages", queueing_lock="habilitations.watch_usages", retry=3)
def watch_usages(timestamp: int) -> None:
    actions.watch_usages(timezone.localdate())


@app.task(queue="entretien", name="habilitations.scan_justificatif", retry=5)
def scan_justificatif(pk: int) -> None:
    justificatifs.scan(pk)


@app.periodic(cron="*/15 * * * *")
@app.task(queue="entretien", name="habilitations.scan_justificatifs", queueing_lock="habilitations.scan_justificatifs")
def scan_justificatifs(timestamp: int) -> None:
    justificatifs.scan_all()


@app.periodic(cron="40 2 * * *")
@app.task(queue="entretien", name="habilitations.purge_files", queueing_lock="habilitations.purge_files")
def purge_files(timestamp: int) -> None:
    justificatifs.purge_files(timezone.localdate())
