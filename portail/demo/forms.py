"""What the mailbox asks of its reader."""

from django import forms

from portail.ui.forms import FilterForm


class CourrielForm(FilterForm):
    pour = forms.CharField(label="Destinataire", required=False, max_length=100)
