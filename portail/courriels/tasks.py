"""Jobs: thin entry points of the actions."""

from procrastinate import JobContext, builtin_tasks
from procrastinate.contrib.django import app

from portail.courriels import actions


@app.task(queue="courriels", name="courriels.send_courriel")
def send_courriel(pk: int) -> None:
    actions.send(pk)


@app.periodic(cron="* * * * *")
@app.task(queue="courriels", name="courriels.send_due", queueing_lock="courriels.send_due", pass_context=False)
def send_due(timestamp: int) -> None:
    actions.send_due()


@app.periodic(cron="50 2 * * *")
@app.task(
    queue="entretien", name="courriels.remove_old_jobs", queueing_lock="courriels.remove_old_jobs", pass_context=True
)
async def remove_old_jobs(context: JobContext, timestamp: int) -> None:
    """Forgets the jobs done three days ago; failed ones stay until somebody has looked at them."""
    await builtin_tasks.remove_old_jobs(context, max_hours=72)
