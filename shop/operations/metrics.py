"""/metrics: how the index stands and what waits for the merchant, for Prometheus.

The figures of all processes come from what they report to MongoDB, so whichever process is asked
answers for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from recommender import search
from recommender.search import IndexReport, Process
from shop.withdrawals.models import Withdrawal

PROCESS_LABELS = ("host", "pid", "program")
# Name, meaning, and where the figure is; a process may have none.
PROCESS_GAUGES: tuple[tuple[str, str, Callable[[Process], float | None]], ...] = (
    ("vitrine_index_rows", "Photographs that a process finds.", lambda p: p.contents.rows),
    (
        "vitrine_index_fresh_rows",
        "Of these, the ones that came since the snapshot.",
        lambda p: p.contents.fresh,
    ),
    (
        "vitrine_index_removed_rows",
        "Photographs of the snapshot that were removed or replaced since.",
        lambda p: p.contents.removed,
    ),
    (
        "vitrine_index_last_look_seconds",
        "How long ago a process is known to have looked for changes.",
        lambda p: p.looked,
    ),
    (
        "vitrine_process_resident_memory_bytes",
        "Resident memory of a process that has an index, with what it shares.",
        lambda p: p.memory,
    ),
)


class IndexCollector(Collector):
    """One report as Prometheus's families of metrics."""

    def __init__(self, report: IndexReport) -> None:
        self._report = report

    def collect(self) -> Iterator[Metric]:
        yield from self._store()
        yield from self._snapshot()
        yield from self._processes()
        yield from self._clocks()
        yield from self._check()

    def _store(self) -> Iterator[Metric]:
        report = self._report
        encoder = {"name": report.encoder, "fingerprint": report.fingerprint}
        yield InfoMetricFamily("vitrine_encoder", "The encoder that serves.", encoder)
        yield GaugeMetricFamily(
            "vitrine_index_expected_rows",
            "Photographs that belong in the index.",
            report.belonging,
        )
        states = GaugeMetricFamily(
            "vitrine_photographs", "Photographs on the work list.", labels=["state"]
        )
        for state, count in report.states.items():
            states.add_metric([state], count)
        yield states

    def _snapshot(self) -> Iterator[Metric]:
        if (snapshot := self._report.snapshot) is None:
            return
        age = (self._report.moment - snapshot.made).total_seconds()
        yield GaugeMetricFamily(
            "vitrine_index_snapshot_age_seconds", "Age of this machine's snapshot.", age
        )
        yield GaugeMetricFamily("vitrine_index_snapshot_rows", "Photographs in it.", snapshot.rows)
        yield GaugeMetricFamily(
            "vitrine_index_snapshot_size_bytes", "Its size on disk.", snapshot.size
        )

    def _processes(self) -> Iterator[Metric]:
        for name, meaning, figure in PROCESS_GAUGES:
            family = GaugeMetricFamily(name, meaning, labels=PROCESS_LABELS)
            for process in self._report.processes:
                if (value := figure(process)) is not None:
                    labels = [process.host, str(process.pid), process.program]
                    family.add_metric(labels, value)
            yield family

    def _clocks(self) -> Iterator[Metric]:
        ahead = GaugeMetricFamily(
            "vitrine_process_clock_ahead_seconds",
            "How far a process's clock is ahead of MongoDB's.",
            labels=PROCESS_LABELS,
        )
        for clock in self._report.clocks:
            ahead.add_metric([clock.host, str(clock.pid), clock.program], clock.ahead)
        yield ahead

    def _check(self) -> Iterator[Metric]:
        found, finished = self._report.found, self._report.check.finished
        if found is None or finished is None:
            return
        yield GaugeMetricFamily(
            "vitrine_index_check_timestamp_seconds",
            "When the index was last checked.",
            finished.timestamp(),
        )
        if found.recall is not None:
            yield GaugeMetricFamily(
                "vitrine_index_check_recall",
                "Share of the 10 nearest that the last check found.",
                found.recall,
            )
        yield GaugeMetricFamily(
            "vitrine_index_check_missing_rows",
            "Photographs that the index lacked then.",
            found.missing,
        )
        yield GaugeMetricFamily(
            "vitrine_index_check_surplus_rows",
            "Photographs that it held and should not have.",
            found.surplus,
        )


class WithdrawalCollector(Collector):
    """What the law gives a merchant two weeks for."""

    def collect(self) -> Iterator[Metric]:
        yield GaugeMetricFamily(
            "vitrine_withdrawals_waiting",
            "Withdrawals from contracts that the merchant has not settled.",
            Withdrawal.objects.waiting().count(),
        )


class Everything(Collector):
    """What several collectors say, one after the other."""

    def __init__(self, *collectors: Collector) -> None:
        self._collectors = collectors

    def collect(self) -> Iterator[Metric]:
        for collector in self._collectors:
            yield from collector.collect()


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """404 where no token is set, 401 for whoever does not send it, 503 while MongoDB is away."""
    if not settings.METRICS_TOKEN:
        raise Http404
    said = request.headers.get("Authorization", "")
    if not constant_time_compare(said, f"Bearer {settings.METRICS_TOKEN}"):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    try:
        collector = Everything(IndexCollector(search.index_report()), WithdrawalCollector())
    except search.SearchUnavailable as error:
        return HttpResponse(str(error), status=503, content_type="text/plain")
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    return HttpResponse(encode(collector), content_type=content_type)
