"""The one settings file. Everything that differs between installations comes from the environment, read strictly."""

from pathlib import Path

import django_stubs_ext
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from portal import environment

# Lets classes such as ModelAdmin be written with their type argument.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent

MODE = environment.choice("SKRANKE_MODE", ("production", "development"), "production")
PRODUCTION = MODE == "production"
# The demo's front page, with every message sent: never together with production.
DEMO = not PRODUCTION and environment.flag("SKRANKE_DEMO")
DEMO_HOSTS = ["localhost", "127.0.0.1"]

DEBUG = not PRODUCTION and environment.flag("SKRANKE_DEBUG")
SECRET_KEY = environment.text("SECRET_KEY", None if PRODUCTION else "development-only-" + "0" * 50)
SECRET_KEY_FALLBACKS = environment.words("SECRET_KEY_FALLBACKS")
# The tenants' hosts in the database are the allow-list: the tenant middleware answers 404 at any other host.
ALLOWED_HOSTS = ["*"]
# How links in messages are written.
PUBLIC_ORIGIN = environment.text("PUBLIC_ORIGIN", "https://{host}" if PRODUCTION else "http://{host}:8000")

INSTALLED_APPS = [
    "portal.apps.PortalConfig",
    "portal.ui",
    "portal.documents",
    "portal.tenancy",
    "portal.accounts",
    "portal.customers",
    "portal.audit",
    "portal.files",
    "portal.notifications",
    "portal.webhooks",
    "portal.content",
    "portal.exports",
    "orders",
    "callouts",
    "metering",
    "billing",
    "outages",
    "forms_catalog",
    *(["portal.demo"] if not PRODUCTION else []),
    "portal.apps.TenantAdminConfig",
    "portal.apps.TenantAuthConfig",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    # Widgets that a template of ours may replace.
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_htmx",
]

MIDDLEWARE = [
    "portal.frames.frames_middleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.health.HealthMiddleware",
    "portal.tenancy.middleware.TenantMiddleware",
    "portal.tenancy.middleware.NulMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.accounts.middleware.SharedPagesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.accounts.session_limits.SessionLimitsMiddleware",
    "portal.accounts.middleware.PrivatePagesMiddleware",
    "portal.accounts.middleware.LanguageMiddleware",
    "portal.accounts.middleware.LargeBodyMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.accounts.middleware.SessionActivityMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.accounts.access_link.FirstPasswordMiddleware",
    "portal.accounts.second_factor.StaffFactorMiddleware",
    "portal.customers.middleware.CustomerMiddleware",
    "portal.tenancy.middleware.ModuleMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

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
                "portal.ui.context_processors.shell",
            ],
        },
    }
]
FORM_RENDERER = "portal.ui.form_rendering.FormRenderer"

# Database ------------------------------------------------------------------------------------------

# The role the program runs as: migrations grant it its rights, row-level security binds it.
DATABASE_RUNTIME_ROLE = environment.text("DATABASE_RUNTIME_ROLE", "skranke_app")
DATABASES = {"default": environment.database("DATABASE_URL")}
if environment.flag("DATABASE_POOL", default=PRODUCTION):
    DATABASES["default"]["OPTIONS"]["pool"] = {  # type: ignore[index]
        "min_size": 1,
        "max_size": environment.integer("DATABASE_POOL_SIZE", 8),
        # Whoever waits for a server that is gone is told so soon, and the thread can answer probes again.
        "timeout": 3,
        # Tries come ever more seldom. Given up early they begin afresh, and pages are back as soon as the server is.
        "reconnect_timeout": 5,
    }
    # A server that was started again is noticed before a page uses a connection of the old one.
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Other services -------------------------------------------------------------------------------------

# The public register of companies; the form for companies works without it.
COMPANY_REGISTER_URL = environment.text("COMPANY_REGISTER_URL", "https://data.brreg.no/enhetsregisteret/api")
# The public register of addresses; `none` where it may not be asked. People write addresses themselves then.
ADDRESS_REGISTER_URL = environment.unless_none(
    environment.text("ADDRESS_REGISTER_URL", "https://ws.geonorge.no/adresser/v1")
)

# Cache, broker --------------------------------------------------------------------------------------

REDIS_URL = environment.text("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        # Sign-in limits live here: the same address at two companies must not share them.
        "KEY_FUNCTION": "portal.tenancy.cache.key_in_tenant",
        "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 2},
    }
}

# Celery spells a Unix socket its own way.
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Longer than a task may take: it is killed before its message is given to another worker.
    "visibility_timeout": 3900,
    "socket_connect_timeout": 2,
    "socket_timeout": 5,
    # A page whose wake-up does not reach the broker answers at once; the sweep finds the work.
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
    "interval_max": 0.2,
}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "messages"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 3600
CELERY_TIMEZONE = "UTC"

# Sign-in --------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "portal.accounts.backends.TenantAuthenticationBackend",
    "portal.accounts.backends.StaffRoleBackend",
]
# The e-mail address is unique per tenant, by a constraint that the check does not understand.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "portal.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email", "phone"}
# Nobody signs up by themselves; allauth leaves the password out of its sign-in form unless it is named here.
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 300
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = 3
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
# A code has a million values and three tries: ten codes an hour keep guessing hopeless. The rest are allauth's own.
_CODES = "20/m/ip,3/m/key,10/h/key,40/d/key"
ACCOUNT_RATE_LIMITS = {
    "request_login_code": _CODES,
    "prove_by_code": _CODES,
    "reset_password": _CODES,
}
# How long somebody who has shown who they are may change what leads in (portal.accounts.proof).
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_EMAIL_NOTIFICATIONS = True
PASSWORD_RESET_TIMEOUT = 60 * 60
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "portal.accounts.reset_tokens.ResetTokens"
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = True
MFA_ADAPTER = "portal.accounts.second_factor.MfaAdapter"
MFA_PASSKEY_LOGIN_ENABLED = True
# Clocks differ by a minute or so; what has been used is refused all that time (portal.accounts.second_factor).
MFA_TOTP_TOLERANCE = 1
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]

# Sessions live in PostgreSQL, so that a lost Redis signs nobody out.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
# How long a device with a PIN may lie unused, and a day; without one the tenant's own limits end a session long before.
SESSION_COOKIE_AGE = 60 * 60 * 24 * 31
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_NAME = "__Host-session" if PRODUCTION else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if PRODUCTION else "csrf"
DEVICE_COOKIE_NAME = "__Host-device" if PRODUCTION else "device"
LANGUAGE_COOKIE_NAME = "__Host-language" if PRODUCTION else "language"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "portal.ui.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Transport ------------------------------------------------------------------------------------------

SECURE_SSL_REDIRECT = PRODUCTION and environment.flag("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 63_072_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# How many proxies in front of us write X-Forwarded-For; 0 means the peer's address is the client's.
TRUSTED_PROXY_COUNT = environment.integer("TRUSTED_PROXY_COUNT", 1 if PRODUCTION else 0)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
if TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        # The design system draws its own icons (validation, details, pagination) as data: masks.
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
# Bytes of a request by anyone but staff: three attachments of 25 MB, and the form around them.
LARGEST_BODY = 80_000_000
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

# Language, time --------------------------------------------------------------------------------------

LANGUAGE_CODE = "nb"
LANGUAGES = [("nb", _("Bokmål")), ("nn", _("Nynorsk")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = USE_TZ = True
FORMAT_MODULE_PATH = ["portal.ui.formats"]
TIME_ZONE = "UTC"

# Static files, messages, logs ------------------------------------------------------------------------

STATIC_URL = "static/"
# In development files are served from where they lie.
STATIC_ROOT = BASE_DIR / "staticfiles" if PRODUCTION else None
STATICFILES_DIRS = [BASE_DIR / "static"]
# What people hand in and the program makes. It has no address: domains serve it from their own guarded views.
MEDIA_ROOT = environment.text("MEDIA_ROOT", "/var/lib/skranke/media" if PRODUCTION else str(BASE_DIR / "media"))
# tcp://host:3310 or unix:///path of clamd; empty: no virus scanner, and the tenant says whether files wait or pass.
CLAMD_URL = environment.text("CLAMD_URL", "")
# Below it each tenant has a folder of its own, where its meter files are put; empty: none is looked into.
METER_FILES_DIR = environment.text("METER_FILES_DIR", "")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "whitenoise.storage.CompressedManifestStaticFilesStorage"
            if PRODUCTION
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION

EMAIL_BACKEND = environment.text(
    "EMAIL_BACKEND",
    "django.core.mail.backends.smtp.EmailBackend" if PRODUCTION else "django.core.mail.backends.dummy.EmailBackend",
)
EMAIL_HOST = environment.text("EMAIL_HOST", "localhost")
EMAIL_PORT = environment.integer("EMAIL_PORT", 25)
EMAIL_HOST_USER = environment.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = environment.text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = environment.flag("EMAIL_USE_TLS")
EMAIL_TIMEOUT = 10
# What the e-mail services of anymail want to know: ANYMAIL_MAILJET_API_KEY and the like.
ANYMAIL = environment.prefixed("ANYMAIL_")
DEFAULT_FROM_EMAIL = environment.text("DEFAULT_FROM_EMAIL", "no-reply@localhost")

# Outside services ------------------------------------------------------------------------------------

# Which source beat asks for spot prices: hvakosterstrommen, nordpool, entsoe (with a token) or none.
SPOT_PRICE_SOURCE = environment.unless_none(
    environment.choice(
        "SPOT_PRICE_SOURCE",
        ("none", "hvakosterstrommen", "nordpool", "entsoe"),
        "hvakosterstrommen" if PRODUCTION else "none",
    )
)
ENTSOE_TOKEN = environment.text("ENTSOE_TOKEN", "")
SPOT_PRICE_URLS = {
    "hvakosterstrommen": environment.text("SPOT_HVAKOSTERSTROMMEN_URL", "https://www.hvakosterstrommen.no"),
    "nordpool": environment.text("SPOT_NORDPOOL_URL", "https://dataportal-api.nordpoolgroup.com"),
    "entsoe": environment.text("SPOT_ENTSOE_URL", "https://web-api.tp.entsoe.eu"),
    "norges-bank": environment.text("NORGES_BANK_URL", "https://data.norges-bank.no"),
}

# Who may read /metrics; empty: nobody.
METRICS_TOKEN = environment.text("METRICS_TOKEN", "")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "portal.logs.Line", "format": "{asctime} {levelname} {name}: {message}", "style": "{"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    # It logs addresses, by a handler of its own, where something fails on the way to Django or back.
    "loggers": {"gunicorn.error": {"handlers": ["console"], "propagate": False}},
    "root": {"handlers": ["console"], "level": environment.text("LOG_LEVEL", "INFO" if PRODUCTION else "WARNING")},
}
