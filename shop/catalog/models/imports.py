"""What merchants upload by the hundred."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ImportJob(models.Model):
    """One upload of many products: what came in, how far it is, and what was wrong with it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        PREVIEWED = "previewed", _("Previewed")

    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    title = models.CharField(_("title"), max_length=200)
    # Each upload is {"name": its name in the default storage, "title": what its owner called it}.
    uploads = models.JSONField(default=list)
    options = models.JSONField(default=dict)
    # What would become of the first products, to be looked at before anything is written; None
    # where nobody asked. See `imports.previewing`.
    preview = models.JSONField(null=True, default=None)
    total = models.PositiveIntegerField(null=True)
    done = models.PositiveIntegerField(default=0)
    created_count = models.PositiveIntegerField(_("created"), default=0)
    updated_count = models.PositiveIntegerField(_("updated"), default=0)
    unchanged_count = models.PositiveIntegerField(_("unchanged"), default=0)
    bad_count = models.PositiveIntegerField(_("left out"), default=0)
    # Sizes whose stock was set to what the file says.
    stock_set_count = models.PositiveIntegerField(default=0)
    # Sizes whose stock was left as it is, since the file said what it said at the import before.
    stock_left_count = models.PositiveIntegerField(default=0)
    # How many categories it made, and the ways to the first of them.
    category_count = models.PositiveIntegerField(default=0)
    categories = models.JSONField(default=list)
    # The first bad rows, each [where it stands, what is wrong with it].
    bad = models.JSONField(_("bad rows"), default=list)
    # What could not be fetched of the photographs that it names by addresses: the first of them,
    # each [where their product stands, which address and what is wrong with it].
    picture_faults = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    error = models.TextField(blank=True)
    author = models.CharField(_("author"), max_length=150, blank=True)
    created = models.DateTimeField(_("started"), default=timezone.now)
    # Whose it is while it runs, and until when: see `claims.leases`. `attempts` counts those that
    # came no further, this one too.
    owner = models.CharField(max_length=32, null=True, editable=False)
    lease = models.FloatField(default=0.0, editable=False)
    attempts = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ("-id",)
        verbose_name = _("import")
        verbose_name_plural = _("imports")

    def __str__(self) -> str:
        return self.title

    @property
    def settled(self) -> bool:
        """Whether nothing more will happen to it by itself."""
        return self.state not in (self.State.WAITING, self.State.RUNNING)
