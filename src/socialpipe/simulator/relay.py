"""WebSockets, for stand-ins of relays: a message is a request, its answer a list of messages."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from email.message import Message

from websockets.frames import Frame, Opcode
from websockets.http11 import Request as Handshake
from websockets.server import ServerProtocol

from socialpipe.simulator.wire import Answer, Request

ROOM = 65_536  # bytes read at once

Answerer = Callable[[Request], Answer | None]


def converse(connection: socket.socket, head: bytes, path: str, answerer: Answerer) -> None:
    """Shake hands and answer messages until one side ends the connection."""
    protocol = ServerProtocol()
    protocol.receive_data(head)
    for event in protocol.events_received():
        if isinstance(event, Handshake):
            protocol.send_response(protocol.accept(event))
    while _flush(connection, protocol) and (data := connection.recv(ROOM)):
        protocol.receive_data(data)
        for event in protocol.events_received():
            if isinstance(event, Frame) and event.opcode is Opcode.TEXT:
                answer = answerer(_request(bytes(event.data), path))
                if answer is None or "json" not in answer.mime:
                    return  # lost, or something that is no message
                for said in json.loads(answer.body):
                    protocol.send_text(json.dumps(said, ensure_ascii=False).encode())


def _flush(connection: socket.socket, protocol: ServerProtocol) -> bool:
    """Send what is to be sent; False: the conversation is over."""
    for data in protocol.data_to_send():
        if not data:
            return False
        connection.sendall(data)
    return True


def _request(message: bytes, path: str) -> Request:
    """Make of a message a request whose method is its first word, such as EVENT."""
    headers = Message()
    headers["Content-Type"] = "application/json"
    try:
        verb = str(json.loads(message)[0])
    except (ValueError, LookupError, TypeError):
        verb = ""
    return Request(verb, path, "", headers, message)
