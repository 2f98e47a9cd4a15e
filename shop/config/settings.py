"""Django's settings, read strictly from the environment; docs/operations.md lists the variables.

A checkout runs with none of them set: SQLite, the embedded servers, everything written in var/.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from celery.schedules import crontab
from kombu import Queue

from recommender import schedule
from recommender.conf import Conf
from shop.back_office.theme import UNFOLD  # noqa: F401 (django-unfold reads it here)
from shop.config.environment import Environment, sender
from shop.config.kept_secrets import kept_secret
from shop.config.no_geography import forgo_gdal
from shop.config.private_files import keep_private
from shop.embedded import places

BASE_DIR = Path(__file__).parents[2]
env = Environment(os.environ)

# What the process is and where it writes.
DEBUG = env.flag("DEBUG")
# On: the shop is reached through HTTPS, as it is wherever strangers can reach it.
HTTPS = env.flag("VITRINE_HTTPS")
VAR_DIR = env.folder("VITRINE_VAR", BASE_DIR / "var")
keep_private(VAR_DIR)
DATA_DIR = env.existing_path("VITRINE_DATA_DIR")

SECRET_KEY = env.secret("SECRET_KEY")
if not SECRET_KEY and not HTTPS:
    SECRET_KEY = kept_secret(VAR_DIR / "secret_key")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", [] if HTTPS else ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.origins("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.sitemaps",
    "allauth",
    "allauth.account",
    "django_countries",
    "django_htmx",
    "django_mongodb_backend",
    # For the files of the API's page.
    "ninja",
    "shop.config",
    "shop.web",
    "shop.operations",
    "shop.back_office",
    "shop.skus",
    "shop.events",
    "shop.catalog",
    "shop.stock",
    "shop.prices",
    "shop.basket",
    "shop.orders",
    "shop.payments",
    "shop.withdrawals",
    "shop.shoppers",
    "shop.trials",
    "shop.merchandising",
    "shop.taste",
    "shop.insights",
    "shop.pages",
    "shop.alerts",
    "shop.feeds",
    "shop.fetching",
    "shop.api",
    "shop.widget",
    "shop.demo",
    "recommender",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "shop.web.compression.CompressPages",
    "shop.web.content_security.ContentSecurityPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "shop.web.languages.Language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "shop.widget.pages.AllowOrigins",
    "shop.web.error_pages.Troubles",
    "shop.limits.answers.Limits",
    "shop.api.middleware.Problems",
]

ROOT_URLCONF = "shop.config.urls"
CSRF_FAILURE_VIEW = "shop.web.error_pages.csrf_failure"
WSGI_APPLICATION = "shop.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "shop.catalog.context.storefront",
                "shop.basket.context.bag",
                "shop.shoppers.context.wishes",
            ],
        },
    },
]

# In the memory of each process: fragments of pages.
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 5000},
    }
}

# The catalogue and the embeddings in MongoDB, the rest in SQL. An empty address means an embedded
# server, whose address is fixed for this VAR_DIR.
EMBEDDED_SERVERS: list[str] = []

MONGODB_URI = env.mongodb("MONGODB_URI", beside="MONGODB_PASSWORD")
if not MONGODB_URI:
    MONGODB_URI = places.mongo_uri(VAR_DIR)
    EMBEDDED_SERVERS.append("mongo")
MONGODB_NAME = env.text("VITRINE_MONGODB_NAME", "vitrine")
# How long a request waits for a MongoDB that is away.
MONGODB_PATIENCE_MS = Conf.MONGODB_PATIENCE_MS.default()
# How long a connection may take, and a server that is asked whether it lives. The stand-in does one
# thing at a time, which takes seconds where there is much to read and the machine is busy: whoever
# took it for dead meanwhile would cut off all that it is asked.
MONGODB_CONNECT_MS = 20_000 if EMBEDDED_SERVERS else Conf.MONGODB_CONNECT_MS.default()

forgo_gdal()
DATABASES: dict[str, dict[str, Any]] = {
    "default": env.sql_database("DATABASE_URL", VAR_DIR / "db.sqlite3", beside="POSTGRES_PASSWORD"),
    "catalog": {
        "ENGINE": "django_mongodb_backend",
        "HOST": MONGODB_URI,
        "NAME": MONGODB_NAME,
        "OPTIONS": {
            "serverSelectionTimeoutMS": MONGODB_PATIENCE_MS,
            "connectTimeoutMS": MONGODB_CONNECT_MS,
            # Longer than any answer takes: only a server that hangs is given up.
            "socketTimeoutMS": 30_000,
        },
    },
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Readers do not wait for a writer, and a writer waits for its turn instead of failing.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 60,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # How long a page waits for a server that says nothing, in seconds; an address may say another.
    DATABASES["default"]["OPTIONS"].setdefault("connect_timeout", "3")
# To open one for every page would cost more than a page asks of it.
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASE_ROUTERS = ["shop.config.routers.CatalogRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Celery. The database is the work list and a message only wakes a worker, so every option here
# prefers losing a message to holding up a page.
CELERY_BROKER_URL = env.address(
    "REDIS_URL", ("redis", "rediss", "redis+socket"), beside="REDIS_PASSWORD"
)
if not CELERY_BROKER_URL:
    CELERY_BROKER_URL = places.broker_url(VAR_DIR)
    EMBEDDED_SERVERS.append("broker")
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # A task of a worker that died is given to another one after this long: longer than any takes.
    # What it was to do stands in the database, and the sweeps find that sooner.
    "visibility_timeout": 3600,
    # How often, in seconds, it is looked for; the throttle would make that ten times as seldom.
    "unacked_restore_interval": 60,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 0.5,
    "socket_timeout": 5,
    "max_retries": 0,
}
CELERY_BROKER_CONNECTION_TIMEOUT = 0.5
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
# Threads share one encoder in memory; its arithmetic runs outside Python's lock.
CELERY_WORKER_POOL = "shop.queue.pool:TaskPool"
CELERY_WORKER_CONCURRENCY = 2
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_TIMEZONE = "UTC"
# In memory: the default keeps its schedule in a pickle, and nothing here minds starting afresh.
CELERY_BEAT_SCHEDULER = "shop.queue.beat:Scheduler"
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    **schedule.SCHEDULE,
    "take up imports whose worker died": {
        "task": "shop.catalog.tasks.resume_imports",
        "schedule": 30.0,
    },
    "import sources again": {
        "task": "shop.catalog.tasks.keep_in_step",
        "schedule": 60.0,
    },
    "fetch the photographs that imports name by their addresses": {
        "task": "shop.catalog.tasks.fetch_photographs",
        "schedule": 60.0,
    },
    "track products that were saved while the recommender was away": {
        "task": "shop.catalog.tasks.track_catalogue",
        "schedule": crontab(hour=3, minute=41),
    },
    "revise what was left without a revision, and drop old tombstones": {
        "task": "shop.catalog.tasks.tend_changes",
        "schedule": crontab(minute=17),
    },
    "publish the next snapshot of the live catalogue when that is worth it": {
        "task": "shop.catalog.tasks.build_live_snapshot",
        "schedule": 60.0,
    },
    "register the SKUs of before there was a registry, and note those that clash": {
        "task": "shop.catalog.tasks.register_skus",
        "schedule": crontab(minute=53),
    },
    "show what expired reservations freed": {
        "task": "shop.stock.tasks.clear_expired",
        "schedule": 30.0,
    },
    "tell the catalogue anew what can be had": {
        "task": "shop.stock.tasks.reconcile",
        "schedule": crontab(hour=4, minute=11),
    },
    "tell the catalogue anew what products are rated": {
        "task": "shop.shoppers.tasks.reconcile_ratings",
        "schedule": crontab(hour=4, minute=17),
    },
    "write down the prices of which no save told": {
        "task": "shop.prices.tasks.record_missed",
        "schedule": crontab(minute=7),
    },
    "cancel the orders that nobody has paid": {
        "task": "shop.orders.tasks.cancel_overdue",
        "schedule": 60.0,
    },
    "ask after payments, and give back what is owed": {
        "task": "shop.payments.tasks.settle_waiting",
        "schedule": 60.0,
    },
    "send the mails to who waits for something": {
        "task": "shop.alerts.tasks.send_waiting_mails",
        "schedule": 60.0,
    },
    "look again at what people wait for": {
        "task": "shop.alerts.tasks.look_again",
        "schedule": 300.0,
    },
    "forget who waited in vain, or was told long ago": {
        "task": "shop.alerts.tasks.forget_old",
        "schedule": crontab(hour=4, minute=37),
    },
    "forget what was looked for in vain long ago": {
        "task": "shop.insights.tasks.forget_old_searches",
        "schedule": crontab(hour=4, minute=23),
    },
    "forget what photographs looked for long ago": {
        "task": "shop.insights.tasks.forget_wanted_looks",
        "schedule": crontab(hour=4, minute=51),
    },
    "write which panels were seen": {
        "task": "shop.insights.tasks.write_seen_panels",
        "schedule": 60.0,
    },
    "write what was looked for in vain": {
        "task": "shop.insights.tasks.write_fruitless_searches",
        "schedule": 60.0,
    },
    "write what visitors did": {
        "task": "shop.events.tasks.write_events",
        "schedule": 5.0,
    },
    "forget what visitors did long ago": {
        "task": "shop.events.tasks.forget_old_events",
        "schedule": crontab(hour=4, minute=47),
    },
    "learn from what people do": {
        "task": "shop.taste.tasks.build_crowd",
        "schedule": 600.0,
    },
    "give new orders pictures of their own": {
        "task": "shop.orders.tasks.keep_photographs",
        "schedule": 120.0,
    },
    "send the mails about orders that a lost message left": {
        "task": "shop.orders.tasks.send_waiting_mails",
        "schedule": 60.0,
    },
    "send the receipts of withdrawals that a lost message left": {
        "task": "shop.withdrawals.tasks.send_waiting_receipts",
        "schedule": 60.0,
    },
    "drop baskets and sessions that nobody comes back for": {
        "task": "shop.basket.tasks.prune_baskets",
        "schedule": crontab(hour=4, minute=29),
    },
    "delete what killed processes left": {
        "task": "shop.operations.tasks.sweep_leftovers",
        "schedule": crontab(minute=37),
    },
    "drop the query photos of yesterday, and those that are too many": {
        "task": "shop.catalog.tasks.prune_queries",
        "schedule": 60.0,
    },
}
# What an update may have left to do: at its time, and when the beat begins.
BEAT_AT_ONCE = ("write down the prices of which no save told",)

# What only wakes a worker waits in a queue of its own, one at a time; see celery_app.py.
CELERY_TASK_ROUTES = {
    task: {"queue": task}
    for task in (
        *schedule.TASKS,
        *(entry["task"] for entry in CELERY_BEAT_SCHEDULE.values()),
    )
}
CELERY_TASK_DEFAULT_QUEUE = "celery"
CELERY_TASK_QUEUES = [Queue(name) for name in (CELERY_TASK_DEFAULT_QUEUE, *CELERY_TASK_ROUTES)]

# The recommender.
ENCODER = env.choice(
    "VITRINE_ENCODER",
    ("fashion", "fashion-resnet50", "imagenet", "untrained"),
    Conf.ENCODER.default(),
)
ENCODER_WEIGHTS = env.existing_path("VITRINE_ENCODER_WEIGHTS")
# Empty: the pooling that the encoder's weights were trained with.
POOLING = env.choice("VITRINE_POOLING", ("avg", "max", "gem"), Conf.POOLING.default())
ENCODER_CACHE_DIR = VAR_DIR / "encoders"
# Of each process that encodes.
ENCODER_THREADS = env.whole(
    "VITRINE_ENCODER_THREADS", Conf.ENCODER_THREADS.default(), minimum=1, maximum=64
)
# Where neighbours are found: in each process's memory, or by MongoDB Vector Search.
INDEX = env.choice("VITRINE_INDEX", ("memory", "mongodb"), Conf.INDEX.default())
INDEX_DIR = VAR_DIR / "index"
# FAISS's description of the graph for large catalogues and of what their vectors are kept in
# (empty: one that suits the encoder's), and below how many vectors a scan serves.
INDEX_FACTORY = env.text("VITRINE_INDEX_FACTORY", Conf.INDEX_FACTORY.default())
INDEX_SCAN_BELOW = env.whole(
    "VITRINE_INDEX_SCAN_BELOW", Conf.INDEX_SCAN_BELOW.default(), minimum=1, maximum=10**9
)
# How long a worker may take over a batch before another one takes its photographs up.
EMBEDDING_LEASE_S = env.whole(
    "VITRINE_LEASE_SECONDS", Conf.EMBEDDING_LEASE_S.default(), minimum=2, maximum=3600
)
# How `manage.py embed` has every item of the catalogue tracked again: the recommender itself knows
# no catalogue.
TRACK_EVERYTHING = "shop.catalog.tracking.track_all"
# In per cent: 0 shows the nearest, however alike among themselves.
DIVERSITY = env.whole("VITRINE_DIVERSITY", 15, minimum=0, maximum=100) / 100
SIMILAR_K = env.whole("VITRINE_SIMILAR_K", 5, minimum=1, maximum=50)

# The shop.
# A merchant drops many photographs at once. A product of a hundred sizes, each with pictures of its
# own, is a form of thousands of fields, and so is a tree of hundreds of categories.
DATA_UPLOAD_MAX_NUMBER_FILES = 2000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
CURRENCY = env.choice("VITRINE_CURRENCY", ("EUR", "USD", "GBP", "CHF", "INR"), "EUR")
# How long the pieces of an order are held for its payment, and when it is cancelled without one.
RESERVATION_MINUTES = env.whole("VITRINE_RESERVATION_MINUTES", 15, minimum=1, maximum=24 * 60)
UNPAID_ORDER_MINUTES = env.whole(
    "VITRINE_UNPAID_ORDER_MINUTES", 60, minimum=1, maximum=30 * 24 * 60
)
# Who takes the money (django-payments): Stripe where it is set up. A shop for trying out has a form
# instead, which charges nobody; one that strangers can reach sells nothing for nothing.
STRIPE_SECRET_KEY = env.secret("VITRINE_STRIPE_SECRET_KEY")
STRIPE_WEBHOOK_SECRET = env.secret("VITRINE_STRIPE_WEBHOOK_SECRET")
PAYMENT_VARIANTS: dict[str, tuple[str, dict[str, Any]]] = {}
if STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET:
    PAYMENT_VARIANTS["stripe"] = (
        "shop.payments.providers.StripeProvider",
        {"api_key": STRIPE_SECRET_KEY, "endpoint_secret": STRIPE_WEBHOOK_SECRET},
    )
elif not (HTTPS or STRIPE_SECRET_KEY or STRIPE_WEBHOOK_SECRET):
    PAYMENT_VARIANTS["trial"] = ("shop.payments.providers.TrialProvider", {})
PAYMENT_MODEL = "payments.Payment"
# django-payments insists on a host; an order knows the one that its shopper uses.
PAYMENT_HOST = "localhost"
# For so long after delivery a shopper may ask to send something back.
RETURN_DAYS = env.whole("VITRINE_RETURN_DAYS", 30, minimum=0, maximum=3650)
# For so long after delivery a shopper may withdraw from the contract: the law's least in Europe.
WITHDRAWAL_DAYS = env.whole("VITRINE_WITHDRAWAL_DAYS", 14, minimum=14, maximum=3650)
# For so long it is kept what visitors did; the taste of each, and what goes with what, rest on it.
EVENTS_DAYS = env.whole("VITRINE_EVENTS_DAYS", 90, minimum=1, maximum=3650)
# For so long it is kept what the encoder made of photographs that nothing in the shop was near.
WANTED_DAYS = env.whole("VITRINE_WANTED_DAYS", 90, minimum=1, maximum=3650)
# The lines at the head of an invoice and under mails: who sells.
SELLER = env.words("VITRINE_SELLER", ["Vitrine"])
# What the shop is called, and where everybody reaches it; empty: as whoever asked did.
SHOP_NAME = env.text("VITRINE_NAME", SELLER[0])
ORIGIN = env.origin("VITRINE_ORIGIN")
# Mails go to files unless a server is named: they hold links that belong in no log.
MAIL = env.mail_server("EMAIL_URL")
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend" if MAIL else "shop.outbox.keeping.EmailBackend"
)
EMAIL_FILE_PATH = VAR_DIR / "mails"
# Whether the admin shows those in files. They open accounts, so where strangers shop it does not.
OUTBOX = env.flag("VITRINE_OUTBOX", default=not HTTPS) and not MAIL
EMAIL_HOST = MAIL.get("host", "")
EMAIL_PORT = MAIL.get("port", 0)
EMAIL_HOST_USER = MAIL.get("user", "")
EMAIL_HOST_PASSWORD = MAIL.get("password", "")
EMAIL_USE_TLS = MAIL.get("starttls", False)
EMAIL_USE_SSL = MAIL.get("tls", False)
# How long a page or a worker waits for the mail server, in seconds.
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("VITRINE_EMAIL_FROM", sender(SHOP_NAME, ORIGIN))
# From how few pieces on a merchant wants to know.
LOW_STOCK = env.whole("VITRINE_LOW_STOCK", 3, minimum=0, maximum=1000)
MAX_UPLOAD_BYTES = env.whole("VITRINE_MAX_UPLOAD_MB", 25, minimum=1, maximum=1000) * 1024**2
# Whether photographs and catalogues are fetched by their addresses from the open internet, and the
# origins beside it from which they are too.
FETCH = env.flag("VITRINE_FETCH")
FETCH_ALLOWED = env.origins("VITRINE_FETCH_ALLOWED")
# Where the files lie that are imported again and again.
SOURCES_DIR = env.folder("VITRINE_SOURCES", VAR_DIR / "sources")
# What the pictures that people search with may take together; then the oldest go.
QUERY_BYTES = env.whole("VITRINE_QUERY_MB", 500, minimum=10, maximum=10**6) * 1024**2

# The shop's own language, whose addresses name none, then the others, each under its own name.
LANGUAGE_CODE = env.choice("VITRINE_LANGUAGE", ("en", "de"), "en")
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LANGUAGES.sort(key=lambda language: language[0] != LANGUAGE_CODE)
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale/allauth", BASE_DIR / "locale/unfold"]
# When a day of the shop begins, for pages, invoices, sales by day and dates that people type.
TIME_ZONE = env.time_zone("VITRINE_TIME_ZONE", "UTC")
USE_I18N = True
USE_TZ = True

# Files.
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
FILE_UPLOAD_PERMISSIONS = 0o600
# Where uploads are received: beside the media, so that a file that is kept need not be copied, and
# where what a killed process leaves is found.
FILE_UPLOAD_TEMP_DIR = VAR_DIR / "uploads"
FILE_UPLOAD_TEMP_DIR.mkdir(mode=0o700, exist_ok=True)
_STATIC_STORAGE = (
    "django.contrib.staticfiles.storage.StaticFilesStorage"
    if DEBUG
    else "whitenoise.storage.CompressedManifestStaticFilesStorage"
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _STATIC_STORAGE},
}

# Security.
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
# Merchants log in to the admin by name, shoppers to the shop by e-mail address.
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "account"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "shop.shoppers.adapter.Adapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
# One may shop before opening the link in the mail.
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
if HTTPS:
    SECURE_SSL_REDIRECT = True
    # The health check comes from inside, where there is no HTTPS.
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    # The server that ends HTTPS must set this header itself and drop what a client sent.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True

# How many servers stand in front of this one, each of which adds the address of who calls it to
# X-Forwarded-For; what lies further back there may be made up.
PROXIES = env.whole("VITRINE_PROXIES", int(HTTPS), minimum=0, maximum=10)

# The API: requests a minute by one address, or by one user with tokens.
API_RATE = env.whole("VITRINE_API_RATE", 120, minimum=1, maximum=10**6)
API_TOKEN_RATE = env.whole("VITRINE_API_TOKEN_RATE", 600, minimum=1, maximum=10**6)
# A photo costs more than a page: it goes through the encoder. On the shop's pages as well.
API_PHOTO_RATE = env.whole("VITRINE_API_PHOTO_RATE", 20, minimum=1, maximum=10**6)
# The widget on other shops' pages: by all their visitors together, with one key. Each of them is
# counted by address like anybody.
WIDGET_RATE = env.whole("VITRINE_WIDGET_RATE", 3000, minimum=1, maximum=10**6)
WIDGET_PHOTO_RATE = env.whole("VITRINE_WIDGET_PHOTO_RATE", 300, minimum=1, maximum=10**6)

# Limits are counted in the broker's Redis, whose address allauth's cache and `limits` spell alike.
COUNTERS_URL = CELERY_BROKER_URL.replace("redis+socket:", "unix:").replace("virtual_host=", "db=")
COUNTERS_PREFIX = "counters"
# How long a page waits for a Redis that hangs, in seconds.
COUNTERS_PATIENCE = {"socket_connect_timeout": 0.5, "socket_timeout": 0.5}
CACHES["counters"] = {
    "BACKEND": "shop.limits.shared_cache.SharedCache",
    "LOCATION": COUNTERS_URL,
    # Below the others, so that they are forgotten with them.
    "KEY_PREFIX": f"{COUNTERS_PREFIX}:accounts",
    # The default, a pickle, would let whoever writes to Redis run anything here.
    "OPTIONS": COUNTERS_PATIENCE | {"serializer": json},
}

# Whoever sends it may read /metrics; without one nobody may.
METRICS_TOKEN = env.secret("VITRINE_METRICS_TOKEN")

# Logs.
LOG_FORMAT = env.choice("VITRINE_LOG_FORMAT", ("text", "json"), "text")
LOG_LEVEL = env.choice("VITRINE_LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), "INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"()": "shop.config.logs.TextLines"},
        "json": {"()": "shop.config.logs.JsonLines"},
    },
    "filters": {"one line": {"()": "shop.config.logs.OneLineForRefusals"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": LOG_FORMAT,
            "filters": ["one line"],
        },
    },
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        # Django's own handlers would say everything a second time.
        "django": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        "django.server": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        # Those of a web server's processes, once they have loaded the shop.
        "gunicorn.error": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        # One line for every connection that is tried is no help while a server is away.
        "pymongo": {"level": "WARNING"},
        # A line for every sweep would bury the rest.
        "celery.worker.request": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
    },
}

env.refuse_unknown("VITRINE_")
