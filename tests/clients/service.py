"""An outside service on this machine: it answers as the test says, one answer after the other, and keeps what came."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Says:
    status: int = 200
    body: bytes = b"ok"
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    # Between the bytes of the body, and with `drips_head` those of a header.
    drip: float = 0.0
    drips_head: bool = False
    hangs_up: bool = False


@dataclass
class Asked:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Service:
    answers: list[Says] = field(default_factory=lambda: [Says()])
    asked: list[Asked] = field(default_factory=list)
    url: str = ""
    port: int = 0
    # Called with each request before it is answered.
    look: Callable[[Asked], object] | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, asked: Asked) -> Says:
        """The last answer is given for ever."""
        with self.lock:
            self.asked.append(asked)
            says = self.answers[min(len(self.asked), len(self.answers)) - 1]
        if self.look:
            self.look(asked)
        return says


def handler_for(service: Service) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            says = service.take(Asked(self.command, self.path, dict(self.headers), body))
            time.sleep(says.seconds)
            if says.hangs_up:
                self.close_connection = True
                return
            try:
                self.send_response(says.status)
                for name, value in says.headers.items():
                    self.send_header(name, value)
                if says.drips_head:
                    self.flush_headers()
                    self.drip(says, b"X-More: 1\r\n")
                self.end_headers()
                self.drip(says, says.body)
            except OSError:
                pass  # the client did not wait

        def drip(self, says: Says, content: bytes) -> None:
            if not says.drip:
                self.wfile.write(content)
                return
            for byte in content:
                self.wfile.write(bytes([byte]))
                time.sleep(says.drip)

        do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815  (http.server's names)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


@contextmanager
def running_service(*answers: Says) -> Iterator[Service]:
    service = Service(list(answers) or [Says()])
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_for(service))
    service.port = server.server_port
    service.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
