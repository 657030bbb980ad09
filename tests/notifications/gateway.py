"""An SMS gateway on this machine: what the client says to it is kept, what it answers is set by the test."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class FakeGateway:
    """Keeps to the protocol: a repeated Idempotency-Key sends no second SMS and gets the first one's answer."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.sent: dict[str, str] = {}
        self.status = 202
        self.error = ""
        self.headers: dict[str, str] = {}
        self.seconds = 0.0
        self.hangs_up = False
        self.url = ""
        self._lock = threading.Lock()

    def take(self, headers: dict[str, str], body: dict[str, str]) -> tuple[int, dict[str, str]]:
        key = headers["Idempotency-Key"]
        with self._lock:
            self.requests.append({"headers": headers, "body": body})
            if self.status < 300:
                self.sent.setdefault(key, f"gw-{len(self.sent) + 1}")
        return self.status, {"id": self.sent[key]} if key in self.sent else {"error": self.error}


def handler_for(gateway: FakeGateway) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, answer = gateway.take(dict(self.headers), body)
            time.sleep(gateway.seconds)
            if gateway.hangs_up:
                return
            self.send_response(status)
            for name, value in gateway.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *_: object) -> None:
            pass

    return Handler


@contextmanager
def running_gateway() -> Iterator[FakeGateway]:
    gateway = FakeGateway()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_for(gateway))
    gateway.url = f"http://127.0.0.1:{server.server_port}/send"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield gateway
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
