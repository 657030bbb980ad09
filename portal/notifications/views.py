"""Delivery receipts from SMS gateways; the protocol is in portal.notifications.clients.sms_gateway."""

import hashlib
import hmac
import json
import uuid
from dataclasses import dataclass

from django.http import HttpResponse, HttpResponseBadRequest, HttpResponseForbidden, HttpResponseNotFound
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from portal.notifications import actions
from portal.notifications.models import Channel, Message, SmsGateway
from portal.tenancy.access import TenantRequest, public


@dataclass(frozen=True)
class Receipt:
    reference: uuid.UUID
    delivered: bool
    error: str


def signature_of(body: bytes, secret: str) -> str:
    """Return the X-Signature header that the gateway sends with this body."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def receipt_in(body: bytes) -> Receipt | None:
    """Read a receipt, or return None for anything else."""
    try:
        data = json.loads(body)
        delivered = {"delivered": True, "failed": False}[data["status"]]
        return Receipt(uuid.UUID(data["reference"]), delivered, str(data.get("error", "")))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def is_signed(request: TenantRequest) -> bool:
    """Whether the tenant's gateway signed the body. Without a gateway nothing is."""
    gateway = SmsGateway.objects.first()
    if gateway is None or not gateway.webhook_secret:
        return False
    expected = signature_of(request.body, gateway.webhook_secret)
    return hmac.compare_digest(expected.encode(), request.headers.get("X-Signature", "").encode())


# Signed by the gateway instead: it has no session whose token could be checked.
@csrf_exempt
@require_POST
@public
def sms_receipt(request: TenantRequest) -> HttpResponse:
    if not is_signed(request):
        return HttpResponseForbidden("wrong signature\n", content_type="text/plain")
    receipt = receipt_in(request.body)
    if receipt is None:
        return HttpResponseBadRequest("not a receipt\n", content_type="text/plain")
    message = Message.objects.filter(channel=Channel.SMS, reference=receipt.reference).first()
    if message is None:
        return HttpResponseNotFound("unknown reference\n", content_type="text/plain")
    actions.record_receipt(message=message, delivered=receipt.delivered, error=receipt.error)
    return HttpResponse("ok\n", content_type="text/plain")
