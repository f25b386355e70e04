"""A Socket Mode server on 127.0.0.1 that sends envelopes to one connected app and keeps its answers."""

from __future__ import annotations

import json
import queue
import socket
import threading
from typing import Any, Self

from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, CloseConnection, Event, Ping, Request, TextMessage

Json = dict[str, Any]


class SocketServer:
    """`with SocketServer() as server:` listens; `ask` sends one envelope and waits for its answer."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"ws://127.0.0.1:{self._listener.getsockname()[1]}/link/?ticket=1"
        self.answers: queue.Queue[Json] = queue.Queue()
        self._connected = threading.Event()
        self._sending = threading.Lock()
        self._wire = WSConnection(ConnectionType.SERVER)
        self._peer: socket.socket | None = None
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()
        if self._peer:
            self._peer.close()
        self._thread.join(5)

    def ask(self, kind: str, payload: Json, seconds: float = 10) -> Json:
        """Return the app's answer to an envelope. Raise queue.Empty when there is none."""
        self.send(kind, payload)
        return self.answers.get(timeout=seconds)

    def send(self, kind: str, payload: Json) -> None:
        assert self._connected.wait(10)
        envelope = {"type": kind, "envelope_id": f"e-{kind}", "payload": payload, "accepts_response_payload": True}
        self._put(TextMessage(json.dumps(envelope)))

    def _put(self, event: Event) -> None:
        assert self._peer
        with self._sending:
            self._peer.sendall(self._wire.send(event))

    def _serve(self) -> None:
        try:
            self._peer, _ = self._listener.accept()
            while received := self._peer.recv(65536):
                self._wire.receive_data(received)
                for event in self._wire.events():
                    self._take(event)
        except OSError:
            return  # closed by the test

    def _take(self, event: Event) -> None:
        if isinstance(event, Request):
            self._put(AcceptConnection())
            self._put(TextMessage(json.dumps({"type": "hello", "num_connections": 1})))
            self._connected.set()
        elif isinstance(event, Ping | CloseConnection):
            self._put(event.response())
        elif isinstance(event, TextMessage):
            self.answers.put(json.loads(event.data))
