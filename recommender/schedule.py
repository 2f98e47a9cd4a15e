"""What is to be done time and again: for a project's CELERY_BEAT_SCHEDULE.

Every task only wakes a worker, which finds its work in the database, so `TASKS` may each have a
queue of their own that holds one message at most.
"""

from typing import Any

SCHEDULE: dict[str, dict[str, Any]] = {
    "wake workers for what a lost message or a dead worker left": {
        "task": "recommender.tasks.sweep",
        "schedule": 5.0,
    },
    "rebuild the index's snapshot when that is worth it": {
        "task": "recommender.tasks.rebuild_snapshot",
        "schedule": 60.0,
    },
}

TASKS = (
    "recommender.tasks.embed_waiting",
    "recommender.tasks.tend_index",
    *(entry["task"] for entry in SCHEDULE.values()),
)
