"""A security key in software: it makes passkeys and signs with them, as a browser passes it on."""

import hashlib
import json
import os
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

ADD, SIGN_IN = "/account/security/passkeys/add/", "/account/login/passkey/"
FLAG = AuthenticatorData.FLAG
SEEN = FLAG.UP | FLAG.UV


class SoftwareKey:
    """Holds one passkey, of one user."""

    def __init__(self) -> None:
        self.id, self.key, self.count, self.user = os.urandom(32), ec.generate_private_key(ec.SECP256R1()), 0, ""

    def add(self, client: Client, name: str = "Telefonen") -> Any:
        """Store a passkey for who is signed in (with a fresh proof), and return the answer."""
        options = client.get(ADD).context["options"]["publicKey"]
        self.user = options["user"]["id"]
        public = ES256.from_cryptography_key(self.key.public_key())
        made = AttestedCredentialData.create(Aaguid(bytes(16)), self.id, public)
        data = AuthenticatorData.create(_hash(options["rp"]["id"]), SEEN | FLAG.AT, self.count, made)
        response = {
            "clientDataJSON": self._said("webauthn.create", options["challenge"], options["rp"]["id"]),
            "attestationObject": websafe_encode(bytes(AttestationObject.create("none", data, {}))),
        }
        extensions = {"credProps": {"rk": True}}
        return client.post(ADD, {"name": name, "credential": self._credential(response, extensions)})

    def sign_in(self, client: Client) -> Any:
        options = client.get(SIGN_IN, headers={"Accept": "application/json"}).json()["request_options"]["publicKey"]
        self.count += 1
        data = AuthenticatorData.create(_hash(options["rpId"]), SEEN, self.count)
        said = self._said("webauthn.get", options["challenge"], options["rpId"])
        signed = bytes(data) + hashlib.sha256(_bytes(said)).digest()
        response = {
            "clientDataJSON": said,
            "authenticatorData": websafe_encode(bytes(data)),
            "signature": websafe_encode(self.key.sign(signed, ec.ECDSA(hashes.SHA256()))),
            "userHandle": self.user,
        }
        return client.post(SIGN_IN, {"credential": self._credential(response, {})})

    def _said(self, kind: str, challenge: str, host: str) -> str:
        said = {"type": kind, "challenge": challenge, "origin": f"http://{host}", "crossOrigin": False}
        return websafe_encode(json.dumps(said).encode())

    def _credential(self, response: dict[str, Any], extensions: dict[str, Any]) -> str:
        name = websafe_encode(self.id)
        found = {"type": "public-key", "id": name, "rawId": name, "response": response}
        return json.dumps(found | {"clientExtensionResults": extensions, "authenticatorAttachment": "platform"})


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _bytes(text: str) -> bytes:
    return websafe_decode(text)
