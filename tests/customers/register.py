"""A company register of our own on this machine: it has one company, has deleted one, and one breaks it."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

SAMPLE = (Path(__file__).parent / "samples" / "company.json").read_bytes()
ANSWERS = {
    "/enheter/315260183": (200, SAMPLE),
    "/enheter/311590839": (410, json.dumps({"status": 410}).encode()),
    "/enheter/311860917": (200, b"<html>Under maintenance</html>"),
}


@dataclass
class Register:
    url: str = ""
    asked: list[str] = field(default_factory=list)


@contextmanager
def running_register() -> Iterator[Register]:
    register = Register()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            register.asked.append(self.path)
            status, body = ANSWERS.get(self.path, (404, b"{}"))
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    register.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield register
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
