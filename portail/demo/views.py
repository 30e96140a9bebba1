"""The mailbox of the demo: whoever reads this page reads everybody's mails."""

from types import SimpleNamespace

from django.http import Http404, HttpRequest, HttpResponse

from portail.demo import queries
from portail.demo.forms import CourrielForm
from portail.demo.gateway import Mail
from portail.ui.pages import public_page, render_page

_WHY = "la démonstration ne tourne que sur la machine de qui l'essaie, et ses personnes sont inventées"
# The mail's own styles show; it can run nothing, load nothing, and has no origin of its own.
_SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'"


@public_page(why=_WHY)
def courriel_list(request: HttpRequest) -> HttpResponse:
    form = CourrielForm(request.GET)
    pour = form.cleaned_data["pour"] if form.is_valid() else ""
    page, mails = queries.mail_page(request.GET.get("page"), pour)
    return render_page(
        request,
        "demo/courriel_list.html",
        page_title="Courriels de la démonstration",
        filter=SimpleNamespace(form=form),
        count=page.paginator.count,
        page_obj=page,
        mails=mails,
    )


@public_page(why=_WHY)
def courriel_view(request: HttpRequest, name: str) -> HttpResponse:
    mail = _mail(name)
    rows = [
        {"label": "Pour", "value": mail.to},
        {"label": "Objet", "value": mail.subject},
        {"label": "Date", "value": mail.sent_at},
    ]
    return render_page(request, "demo/courriel_view.html", page_title=mail.subject, mail=mail, rows=rows)


@public_page(why=_WHY)
def courriel_html(request: HttpRequest, name: str) -> HttpResponse:
    mail = _mail(name)
    if not mail.html:
        raise Http404
    return HttpResponse(mail.html, headers={"Content-Security-Policy": _SANDBOX})


def _mail(name: str) -> Mail:
    mail = queries.mail(name)
    if mail is None:
        raise Http404
    return mail
