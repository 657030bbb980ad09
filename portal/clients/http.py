"""How every outside service that speaks HTTP is asked.

    answer = client("weather", base_url="https://api.example/v1").get("/spot", params={"day": "2026-11-12"})
    data = answer.json()

A client has a name (logs, breaker), time-outs, a limit on what it reads, and tries again after a connection that could
not be made, 429 and 502–504, with growing delay and jitter. A request that changes something is only repeated when the
service cannot have seen it, or when the caller gives an `idempotency_key`. It follows redirects only on the same
host. After five failures in a row a service rests for a minute: whoever asks meanwhile is told at once. Whatever goes
wrong is an `Unavailable`; an answer with another status is an answer, and `Answer.ok` says whether it is a good one.
"""

import codecs
import json
import logging
import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic, sleep
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
from django.conf import settings
from django.core.cache import caches
from redis.exceptions import RedisError

from portal.clients.addresses import Forbidden, GuardedTransport

logger = logging.getLogger(__name__)

CONNECT_SECONDS = 5.0
RETRIED = {429, 502, 503, 504}
REPEATABLE = {"GET", "HEAD", "OPTIONS", "PUT", "DELETE"}
NOTHING_WAS_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
FIRST_DELAY, LONGEST_DELAY = 0.5, 10.0
MOST_REDIRECTS = 3
FAILURES, RESTS_FOR = 5, 60
ENCODINGS = {"utf-8", "utf-8-sig", "ascii", "iso8859-1", "iso8859-15", "cp1252", "utf-16", "utf-16-le", "utf-16-be"}


class Unavailable(Exception):
    """The service could not be asked, or did not answer in a way that can be used. `reason` is for logs and staff.

    `sent` tells whether the request may have reached it; `status` is that of its last answer, 0 without one; `answer`
    that answer, where it was read.
    """

    def __init__(
        self, name: str, reason: str, *, sent: bool = False, status: int = 0, answer: "Answer | None" = None
    ) -> None:
        super().__init__(f"{name}: {reason}")
        self.name, self.reason, self.sent = name, reason, sent
        self.status, self.answer = answer.status if answer else status, answer


@dataclass(frozen=True)
class Answer:
    """What the service answered, read in full."""

    status: int
    headers: httpx.Headers
    content: bytes
    url: str
    name: str
    encoding: str = "utf-8"

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def text(self) -> str:
        return self.content.decode(self.encoding, "replace")

    def json(self, *, of_any_status: bool = False) -> Any:
        """Return the answer as JSON; raises Unavailable for anything else, and for a status that is no good one."""
        if not of_any_status:
            self.raise_for_status()
        try:
            return json.loads(self.content)
        except (ValueError, RecursionError) as error:
            raise Unavailable(self.name, "the answer is no JSON", sent=True, answer=self) from error

    def raise_for_status(self) -> "Answer":
        """Return the answer when it is a good one, else raise Unavailable."""
        if not self.ok:
            raise Unavailable(self.name, f"answered {self.status}", sent=True, answer=self)
        return self


@dataclass(frozen=True, kw_only=True)
class HttpClient:
    """See the module. `timeout` is for each read, in seconds; `deadline` for all attempts together, however slowly the
    bytes of an answer come in.

    `only_public` refuses addresses of our own network, for a URL that a tenant has given; in development this machine
    is allowed. `headers` go along with every request, `auth` is httpx' own.
    """

    name: str
    base_url: str
    timeout: float = 15.0
    retries: int = 2
    deadline: float = 60.0
    max_bytes: int = 20_000_000
    headers: Mapping[str, str] = field(default_factory=dict)
    auth: Any = None
    only_public: bool = False
    breaker: bool = True

    def get(self, path: str = "", **options: Any) -> Answer:
        return self.request("GET", path, **options)

    def post(self, path: str = "", **options: Any) -> Answer:
        return self.request("POST", path, **options)

    def request(self, method: str, path: str = "", *, idempotency_key: str = "", **options: Any) -> Answer:
        """Ask the service. `options` are httpx' params, json, content, data, files and headers. Raises Unavailable."""
        headers = {**self.headers, **(options.pop("headers", None) or {})}
        if idempotency_key:
            headers["Idempotency-Key"] = idempotency_key
        may_repeat = method in REPEATABLE or bool(idempotency_key)
        breaker = _Breaker(self.name if self.breaker else "")
        breaker.ask()
        try:
            until = monotonic() + self.deadline
            with self._session(until) as session:
                request = self._request(session, method, path, {"headers": headers, **options})
                answer = self._attempts(session, request, until, may_repeat=may_repeat)
        except Unavailable as problem:
            breaker.failed()
            logger.warning("%s %s: %s", self.name, method, problem.reason)
            raise
        breaker.worked()
        return answer

    def _request(self, session: httpx.Client, method: str, path: str, options: dict[str, Any]) -> httpx.Request:
        try:
            return session.build_request(method, self._url(path), **options)
        except httpx.InvalidURL as error:
            raise Unavailable(self.name, f"the address cannot be used ({error})") from error
        except UnicodeError as error:
            # Which sign it is would show a piece of a secret.
            raise Unavailable(self.name, "a sign in the request cannot be sent, look at the key") from error

    def _url(self, path: str) -> str:
        return f"{self.base_url.rstrip('/')}/{path.lstrip('/')}" if path else self.base_url

    @contextmanager
    def _session(self, until: float) -> Iterator[httpx.Client]:
        timeout = httpx.Timeout(self.timeout, connect=min(CONNECT_SECONDS, self.timeout))
        transport = GuardedTransport(
            until=until, only_public=self.only_public, allow_own=not (self.only_public and settings.PRODUCTION)
        )
        # trust_env: a proxy or a .netrc of the machine's would be asked behind our back.
        with httpx.Client(timeout=timeout, transport=transport, trust_env=False, auth=self.auth) as session:
            session.headers["User-Agent"] = "Skranke"
            yield session

    def _attempts(self, session: httpx.Client, request: httpx.Request, until: float, *, may_repeat: bool) -> Answer:
        for attempt in range(self.retries + 1):
            last = attempt == self.retries
            answer, problem = self._attempt(session, request)
            wait = _delay(attempt, answer)
            late = monotonic() + wait > until
            if answer is not None and (answer.status not in RETRIED or last or late or not may_repeat):
                if answer.status in RETRIED:
                    raise Unavailable(self.name, f"answered {answer.status}", sent=True, answer=answer)
                return answer
            if problem is not None and (last or late or (problem.sent and not may_repeat)):
                raise problem
            sleep(wait)
        raise AssertionError("unreachable")

    def _attempt(self, session: httpx.Client, request: httpx.Request) -> tuple[Answer | None, Unavailable | None]:
        try:
            return self._followed(session, request), None
        except (httpx.UnsupportedProtocol, Forbidden) as error:
            raise Unavailable(self.name, f"the address cannot be used ({error})") from error
        except NOTHING_WAS_SENT as error:
            return None, Unavailable(self.name, f"not reached ({type(error).__name__}: {error})")
        except httpx.HTTPError as error:
            return None, Unavailable(self.name, f"no answer ({type(error).__name__})", sent=True)

    def _followed(self, session: httpx.Client, request: httpx.Request) -> Answer:
        for _ in range(MOST_REDIRECTS + 1):
            response = session.send(request, stream=True)
            try:
                following = self._redirect(response, request)
                if following is None:
                    return self._read(response)
            finally:
                response.close()
            request = following
        raise Unavailable(self.name, "too many redirects", sent=True)

    def _redirect(self, response: httpx.Response, request: httpx.Request) -> httpx.Request | None:
        """Return the request that follows a redirect of a GET on the same host; None when there is none to follow."""
        if not response.has_redirect_location:
            return None
        try:
            target = urljoin(str(request.url), response.headers["Location"])
            here, there = urlsplit(str(request.url)), urlsplit(target)
            if request.method in {"GET", "HEAD"} and (here.scheme, here.netloc) == (there.scheme, there.netloc):
                return httpx.Request(request.method, target, headers=request.headers)
        except (ValueError, httpx.InvalidURL) as error:
            reason = "redirects to what is no address"
            raise Unavailable(self.name, reason, sent=True, status=response.status_code) from error
        raise Unavailable(self.name, "redirects elsewhere", sent=True, status=response.status_code)

    def _read(self, response: httpx.Response) -> Answer:
        read = bytearray()
        for block in response.iter_bytes():
            read += block
            if len(read) > self.max_bytes:
                reason = f"the answer is larger than {self.max_bytes} bytes"
                raise Unavailable(self.name, reason, sent=True, status=response.status_code)
        encoding = _encoding_of(response.charset_encoding)
        return Answer(response.status_code, response.headers, bytes(read), str(response.url), self.name, encoding)


def client(name: str, *, base_url: str, **options: Any) -> HttpClient:
    """Return a client of an outside service; the options are HttpClient's (timeout, retries, headers, auth…)."""
    return HttpClient(name=name, base_url=base_url, **options)


def _encoding_of(said: str | None) -> str:
    """Return the codec to read an answer's text with: what it says, where that is one services write text in.

    Python knows more: some are no text at all, some give half characters that no database takes, some take ages.
    """
    try:
        name = codecs.lookup(said or "utf-8").name
    except (LookupError, ValueError):
        return "utf-8"
    return name if name in ENCODINGS else "utf-8"


def _delay(attempt: int, answer: Answer | None) -> float:
    """Return how many seconds to wait after an attempt: what the service asked for, else growing, with jitter."""
    asked = retry_after(answer) if answer else None
    if asked is not None:
        return asked
    growing: float = FIRST_DELAY * 2**attempt
    return random.uniform(0.5, 1.0) * min(LONGEST_DELAY, growing)  # noqa: S311  (no secret)


def retry_after(answer: Answer) -> float | None:
    """Return the seconds a service asks us to wait (a number or a date), None when it does not say."""
    said = answer.headers.get("Retry-After", "").strip()
    if said.isdecimal() and len(said) < 8:
        return float(said)
    try:
        return max(0.0, (parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None


class _Breaker:
    """Lets a service that has failed several times in a row rest, for all processes at once. No cache: no breaker."""

    def __init__(self, name: str) -> None:
        self.name, self.key = name, f"breaker:{name}"

    def ask(self) -> None:
        if self.name and (self._count() or 0) >= FAILURES:
            raise Unavailable(self.name, "rests after several failures")

    def failed(self) -> None:
        if not self.name:
            return
        try:
            cache = caches["default"]
            cache.add(self.key, 0, RESTS_FOR)
            cache.incr(self.key)
            cache.touch(self.key, RESTS_FOR)
        except (RedisError, ValueError):
            # A cache that is down must not take the service down with it. ValueError: the count ran out meanwhile.
            logger.exception("The breaker of %s does not work", self.name)

    def worked(self) -> None:
        if self.name and self._count():
            try:
                caches["default"].delete(self.key)
            except RedisError:
                logger.exception("The breaker of %s does not work", self.name)

    def _count(self) -> int | None:
        try:
            count: int | None = caches["default"].get(self.key)
        except RedisError:
            logger.exception("The breaker of %s does not work", self.name)
            return None
        return count
