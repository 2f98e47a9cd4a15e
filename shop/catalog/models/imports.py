"""What merchants upload by the hundred, and what is imported time and again."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Every(models.IntegerChoices):
    """After how many hours a source is imported again."""

    NEVER = 0, _("only when I say so")
    HOUR = 1, _("every hour")
    SIX_HOURS = 6, _("every six hours")
    DAY = 24, _("every day")
    WEEK = 168, _("every week")


class ImportSource(models.Model):
    """A file that the shop is kept in step with; one of `address` and `file` says where it lies.

    Its runs are the ImportJobs that name it.
    """

    name = models.CharField(_("name"), max_length=100)
    address = models.URLField(_("address"), max_length=2_000, blank=True)
    # In settings.SOURCES_DIR.
    file = models.CharField(_("file"), max_length=200, blank=True)
    every = models.PositiveSmallIntegerField(_("is imported"), choices=Every, default=Every.NEVER)
    due = models.DateTimeField(_("next time"), null=True, editable=False)
    # When it was last found to be as it was.
    looked = models.DateTimeField(_("last found unchanged"), null=True, editable=False)
    # The id of its last run, which may be under way: there is one at a time.
    run = models.CharField(max_length=24, blank=True, default="", editable=False)

    class Meta:
        ordering = ("name",)
        verbose_name = _("source")
        verbose_name_plural = _("sources")

    def __str__(self) -> str:
        return self.name

    def next_time(self) -> datetime | None:
        """When it is due if it is imported now; None where nobody comes by itself."""
        return timezone.now() + timedelta(hours=self.every) if self.every else None


class Held(models.TextChoices):
    """Why nothing was archived, though a source's file lacks some of its products."""

    MANY = "many", _("That is more than a tenth of the products that came from this source.")
    UNREAD = "unread", _("Rows of the file cannot be read, and they may be among them.")


class ImportJob(models.Model):
    """One import of many products: what came in, how far it is, and what was wrong with it."""

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
    # Of a run of a source: its id, and by what is told whether the file has changed since. `gone`
    # are the ids of products that came from it and that the file lacks, while they are `held`:
    # archived only once the merchant `agreed`.
    source = models.CharField(max_length=24, blank=True, default="", db_index=True)
    validators = models.JSONField(default=dict)
    archived_count = models.PositiveIntegerField(_("archived"), default=0)
    gone = models.JSONField(default=list)
    held = models.CharField(max_length=10, choices=Held, blank=True, default="")
    agreed = models.BooleanField(default=False)
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
