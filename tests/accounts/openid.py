"""A small OpenID provider on loopback that signs for real, and can be told to misbehave in one way at a time."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

# Of nobody: with valid check digits, and an individual number that is not given out for the year.
NUMBER = "15010100078"
HIGH, SUBSTANTIAL = "idporten-loa-high", "idporten-loa-substantial"
KEYS = [rsa.generate_private_key(65537, 2048) for _ in range(2)]


@dataclass
class Provider:
    """`claims` and `header` go over what a good token has; None leaves a claim out."""

    port: int = 0
    number: str = NUMBER
    acr: str = HIGH
    claims: dict[str, Any] = field(default_factory=dict)
    key: int = 0
    published: list[int] = field(default_factory=lambda: [0])
    algorithm: str = "RS256"
    slow: float = 0
    status: int = 200
    asked: dict[str, str] = field(default_factory=dict)
    token_requests: list[dict[str, str]] = field(default_factory=list)
    keys_fetched: int = 0
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def issuer(self) -> str:
        return f"http://localhost:{self.port}"

    def consent(self, url: str) -> str:
        """Do what the person does there, and return the path and query they come back to."""
        parts = urlsplit(url)
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{self.issuer}/authorize"
        self.asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        code = secrets.token_urlsafe(16)
        self.codes[code] = dict(self.asked)
        return self.back(code=code)

    def back(self, **parameters: str) -> str:
        back = urlsplit(self.asked["redirect_uri"])
        query = "&".join(f"{name}={value}" for name, value in {"state": self.asked["state"], **parameters}.items())
        return f"{back.path}?{query}"

    def token(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "aud": asked["client_id"],
            "sub": "somebody",
            "iat": now,
            "exp": now + 120,
            "nonce": asked["nonce"],
            "acr": self.acr,
            "pid": self.number,
        }
        claims = {name: value for name, value in (claims | self.claims).items() if value is not None}
        if self.algorithm == "none":
            return jwt.encode(claims, None, algorithm="none")
        if self.algorithm == "HS256":
            return jwt.encode(claims, "secret-of-the-client-32-characters", algorithm="HS256", headers={"kid": "0"})
        return jwt.encode(claims, KEYS[self.key], algorithm=self.algorithm, headers={"kid": str(self.key)})

    def page(self, query: str) -> str:
        """Return what a person sees there: one link that says yes, and one that goes back."""
        self.asked = {name: values[0] for name, values in parse_qs(query).items()}
        code = secrets.token_urlsafe(16)
        self.codes[code] = dict(self.asked)
        links = {"Logg inn som Turid": {"code": code}, "Avbryt": {"error": "access_denied"}}
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(self.asked["redirect_uri"]))
        items = [
            f'<p><a href="{escape(origin + self.back(**answer))}">{text}</a></p>' for text, answer in links.items()
        ]
        return f'<!doctype html><html lang="nb"><title>Leverandør</title><h1>Leverandør</h1>{"".join(items)}</html>'

    def answer(self, path: str, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if path == "/.well-known/openid-configuration":
            pages = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "jwks"}
            pages["end_session_endpoint"] = "logout"
            return 200, {"issuer": self.issuer} | {name: f"{self.issuer}/{page}" for name, page in pages.items()}
        if path == "/jwks":
            self.keys_fetched += 1
            keys = [json.loads(RSAAlgorithm.to_jwk(KEYS[key].public_key())) for key in self.published]
            return 200, {"keys": [one | {"kid": str(key)} for one, key in zip(keys, self.published, strict=True)]}
        self.token_requests.append(form)
        asked = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if asked is None or challenge != asked["code_challenge"] or form["redirect_uri"] != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": self.token(asked)}


@contextmanager
def running() -> Iterator[Provider]:
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            time.sleep(provider.slow)
            form = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            fields = {name: values[0] for name, values in parse_qs(form).items()}
            parts = urlsplit(self.path)
            is_page = parts.path == "/authorize"
            status, body = (200, {}) if is_page else provider.answer(parts.path, fields)
            content = (provider.page(parts.query) if is_page else json.dumps(body)).encode()
            self.send_response(status if provider.status == 200 else provider.status)
            self.send_header("Content-Type", "text/html; charset=utf-8" if is_page else "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    # Whoever waited has gone: that is what slowness is for.
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    provider.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
