"""Talking to an OpenID provider: where it is, sending people there, and what of its answer is believed.

Nothing is taken on trust: the token's signature is checked against the provider's published keys although it came over
TLS, and issuer, audience, times, nonce and level of assurance are those that were asked for. No number, token or code
goes to a log.
"""

import base64
import hashlib
import secrets
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings
from django.core.cache import cache
from django.utils.crypto import constant_time_compare

from portal.accounts.models import OpenIdProvider
from portal.clients.http import HttpClient, Unavailable, client

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
# Clocks differ by so much; a token is used at once, so one that is older than this is an old one.
SKEW, TOKEN_LASTS = 60, 600
METADATA_KEPT = 60 * 60
# Seconds for one try, and for all tries of one call.
TIMEOUT, DEADLINE = 4.0, 8.0
# A token under an unknown key has the keys fetched anew, but not for every forged token.
ROTATION_WAIT = 30
ASSERTION_LASTS = 60
METADATA, KEYS, KEYS_WAIT = "openid-metadata", "openid-keys", "openid-keys-wait"


class Refused(Exception):
    """The provider's answer is not believed. `why` is for the log and says nothing of the person; `technical` is what
    only whoever looks for the fault understands.
    """

    def __init__(self, why: str, *, technical: str = "") -> None:
        super().__init__(why)
        self.why, self.technical = why, technical


class TooWeak(Refused):
    """The person showed who they are in a weaker way than is asked for."""


@dataclass(frozen=True)
class Metadata:
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str = ""


def http(provider: OpenIdProvider, address: str = "") -> HttpClient:
    """Return the client for a call: somebody is waiting for the page, so it gives up soon."""
    options = {"timeout": TIMEOUT, "retries": 1, "deadline": DEADLINE, "max_bytes": 500_000, "only_public": True}
    return client("openid", base_url=address or provider.issuer, **options)


def metadata(provider: OpenIdProvider) -> Metadata:
    """Return where the provider's pages are, by its own description. Raises Unavailable."""
    key = _cache_key(METADATA, provider)
    if found := cache.get(key):
        return Metadata(**found)
    described = http(provider).get(".well-known/openid-configuration").json()
    if not isinstance(described, dict) or described.get("issuer") != provider.issuer:
        raise Unavailable("openid", "the description is another issuer's", sent=True)
    addresses = {name: described.get(name) or "" for name in Metadata.__dataclass_fields__}
    needed = [address for name, address in addresses.items() if address or name != "end_session_endpoint"]
    if not all(map(_is_safe, needed)):
        raise Unavailable("openid", "the description lacks a safe address", sent=True)
    found = Metadata(**addresses)
    cache.set(key, asdict(found), METADATA_KEPT)
    return found


def _cache_key(what: str, provider: OpenIdProvider) -> str:
    """Return a key that another issuer's answers do not lie under."""
    return f"{what}:{hashlib.sha256(provider.issuer.encode()).hexdigest()}"


def _is_safe(address: object) -> bool:
    """Tell whether it is HTTPS, or HTTP on this machine while developing."""
    if not isinstance(address, str):
        return False
    parts = urlsplit(address)
    is_here = parts.hostname in {"localhost", "127.0.0.1"} and not settings.PRODUCTION
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and is_here))


def challenge_of(verifier: str) -> str:
    """Return the S256 challenge (RFC 7636)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def authorization_url(
    provider: OpenIdProvider, *, redirect_uri: str, state: str, nonce: str, verifier: str, language: str
) -> str:
    """Return where to send the person. Every parameter is ours: nothing of the visitor's address goes along."""
    parameters = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": redirect_uri,
        "scope": provider.scope,
        "state": state,
        "nonce": nonce,
        "code_challenge": challenge_of(verifier),
        "code_challenge_method": "S256",
        "acr_values": provider.acr_values,
        "ui_locales": language,
    }
    address = metadata(provider).authorization_endpoint
    return address + ("&" if "?" in address else "?") + urlencode(parameters)


def end_session_url(provider: OpenIdProvider, *, back: str) -> str:
    """Return where the person signs out at the provider too, "" where that cannot be. Raises Unavailable.

    Without `id_token_hint`: that token holds the identity number, and is not kept.
    """
    address = metadata(provider).end_session_endpoint
    if not address:
        return ""
    parameters = {"client_id": provider.client_id, "post_logout_redirect_uri": back}
    return address + ("&" if "?" in address else "?") + urlencode(parameters)


def id_token_for(provider: OpenIdProvider, *, code: str, verifier: str, redirect_uri: str) -> str:
    """Change a code for the ID token. Raises Unavailable, and Refused when the provider does not take the code."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": verifier,
        "client_id": provider.client_id,
    }
    headers: dict[str, str] = {}
    if provider.authentication == OpenIdProvider.Authentication.PRIVATE_KEY:
        form["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        form["client_assertion"] = assertion_of(provider)
    elif provider.authentication == OpenIdProvider.Authentication.BASIC:
        pair = f"{quote(provider.client_id, safe='')}:{quote(provider.secret, safe='')}"
        headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
    else:
        form["client_secret"] = provider.secret
    address = metadata(provider).token_endpoint
    answer = http(provider, address).post(data=form, headers=headers)
    if not answer.ok:
        raise Refused("the provider answered with an error", technical=str(answer.status))
    token = answer.json().get("id_token") if isinstance(answer.json(), dict) else None
    if not isinstance(token, str):
        raise Refused("no ID token came")
    return token


def assertion_of(provider: OpenIdProvider) -> str:
    """Return a signed statement of who we are, in place of a secret (private_key_jwt)."""
    now = int(time.time())
    claims = {
        "iss": provider.client_id,
        "sub": provider.client_id,
        "aud": provider.issuer,
        "jti": secrets.token_urlsafe(16),
        "iat": now,
        "exp": now + ASSERTION_LASTS,
    }
    headers = {"kid": provider.key_id} if provider.key_id else None
    try:
        key = load_pem_private_key(provider.secret.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise Refused("our own key cannot be read") from error
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return jwt.encode(claims, key, algorithm="ES256", headers=headers)
    if isinstance(key, rsa.RSAPrivateKey):
        return jwt.encode(claims, key, algorithm="RS256", headers=headers)
    raise Refused("our own key is of a kind that is not used")


def claims_of(provider: OpenIdProvider, token: str, *, nonce: str) -> Mapping[str, Any]:
    """Return what the token says, when all of it holds. Raises Refused, TooWeak, Unavailable."""
    try:
        header = jwt.get_unverified_header(token)
        if header.get("alg") not in ALGORITHMS:
            raise Refused("the token is signed in a way that is not accepted")
        claims: dict[str, Any] = jwt.decode(
            token,
            _key_of(provider, header.get("kid"), header["alg"]),
            algorithms=[header["alg"]],
            audience=provider.client_id,
            issuer=provider.issuer,
            leeway=SKEW,
            options={"require": ["iss", "sub", "aud", "exp", "iat", "nonce"]},
        )
    except jwt.PyJWTError as error:
        raise Refused("the token does not hold", technical=type(error).__name__) from error
    _check(provider, claims, nonce)
    return claims


def _check(provider: OpenIdProvider, claims: Mapping[str, Any], nonce: str) -> None:
    audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    if claims.get("azp", provider.client_id if audience == [provider.client_id] else None) != provider.client_id:
        raise Refused("the token is meant for others too")
    if not constant_time_compare(str(claims["nonce"]), nonce):
        raise Refused("the nonce is another sign-in's")
    if time.time() - float(claims["iat"]) > TOKEN_LASTS + SKEW:
        raise Refused("the token is an old one")
    if claims.get("acr") not in provider.acr_values.split():
        raise TooWeak("the level of assurance is not one that was asked for")


def _key_of(provider: OpenIdProvider, kid: str | None, algorithm: str) -> Any:
    """Return the provider's key; one that is not known has the keys fetched anew, as they change now and then."""
    cached: list[dict[str, Any]] | None = cache.get(_cache_key(KEYS, provider))
    if cached is not None and (key := _pick(cached, kid)):
        return jwt.PyJWK(key, algorithm=algorithm).key
    if cached is not None and not cache.add(_cache_key(KEYS_WAIT, provider), 1, ROTATION_WAIT):
        raise Refused("the key is unknown")
    key = _pick(_fetch_keys(provider), kid)
    if key is None:
        raise Refused("the key is unknown")
    return jwt.PyJWK(key, algorithm=algorithm).key


def _fetch_keys(provider: OpenIdProvider) -> list[dict[str, Any]]:
    answer = http(provider, metadata(provider).jwks_uri).get().json()
    found = answer.get("keys") if isinstance(answer, dict) else None
    if not isinstance(found, list):
        raise Unavailable("openid", "no keys came", sent=True)
    keys = [key for key in found if isinstance(key, dict) and key.get("kty") in {"RSA", "EC"}]
    keys = [key for key in keys if key.get("use", "sig") == "sig"]
    cache.set(_cache_key(KEYS, provider), keys, METADATA_KEPT)
    return keys


def _pick(keys: list[dict[str, Any]], kid: str | None) -> dict[str, Any] | None:
    if kid is None:
        return keys[0] if len(keys) == 1 else None
    return next((key for key in keys if key.get("kid") == kid), None)
