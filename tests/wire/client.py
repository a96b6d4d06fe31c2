"""A client of xinfang/1, written from proto/PROTOCOL.md and the .proto files alone.

The messages are what `protoc --python_out` makes; nothing here knows the server's source.
It blocks, and does one thing at a time: enough to try a server, not to serve a desk.
"""

import collections
import dataclasses
import re
import socket
import ssl
import struct
import uuid

import bureau_pb2
import error_pb2
import feed_pb2
import figures_pb2
import frame_pb2
import login_pb2
import matter_pb2
import method_pb2
import petition_pb2

HEADER = struct.Struct(">IBBHQ")  # length, type, flags, method, request_id
ALPN = "xinfang/1"
PATIENCE_S = 20  # for a frame that has to come


class Refused(Exception):
    """An ERROR frame."""

    def __init__(self, error, body):
        super().__init__(error_pb2.Code.Name(error.code) + " " + error.field)
        self.code = error_pb2.Code.Name(error.code).removeprefix("CODE_")
        self.error = error
        self.body = body


class Closed(Exception):
    """The server closed the connection; `goaway` is what it said before, or None."""

    def __init__(self, goaway=None):
        super().__init__(goaway)
        self.goaway = goaway


@dataclasses.dataclass
class Frame:
    type: int
    method: int
    request_id: int
    body: bytes


def _methods():
    """`rpc MatterAssign` has the number RPC_MATTER_ASSIGN."""
    methods = {}
    for module in (bureau_pb2, feed_pb2, figures_pb2, login_pb2, matter_pb2, petition_pb2):
        for service in module.DESCRIPTOR.services_by_name.values():
            for rpc in service.methods:
                name = "RPC" + re.sub(r"([A-Z])", r"_\1", rpc.name).upper()
                reply = getattr(module, rpc.output_type.name)
                methods[rpc.input_type.full_name] = (method_pb2.Rpc.Value(name), reply)
    return methods


METHODS = _methods()


def encode(type, body=b"", method=0, request_id=0, flags=0, length=None):
    """A frame's bytes. `length` and `flags` are for those that are meant to be wrong."""
    length = len(body) if length is None else length
    return HEADER.pack(length, type, flags, method, request_id) + body


def op_id():
    return uuid.uuid4().bytes


class Client:
    def __init__(self, port, name, ca, certificate=None, key=None, alpn=ALPN):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.load_verify_locations(ca)
        if certificate is not None:
            context.load_cert_chain(certificate, key)
        if alpn is not None:
            context.set_alpn_protocols([alpn])
        self.buffer = b""
        self.events = collections.deque()
        self.pieces = collections.defaultdict(bytes)  # of long replies, by request_id
        self.last_request = 0
        self.frames_sent = 0
        self.goaway = None
        self.welcome = None
        raw = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self.tls = context.wrap_socket(raw, server_hostname=name)
        except BaseException:
            raw.close()
            raise

    def close(self):
        self.tls.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # ---- Frames

    def send_bytes(self, data):
        self.frames_sent += 1
        self.tls.sendall(data)

    def send(self, type, body=b"", method=0, request_id=0):
        self.send_bytes(encode(type, body, method, request_id))

    def _fill(self, n):
        while len(self.buffer) < n:
            try:
                more = self.tls.recv(65536)
            except (ssl.SSLEOFError, ConnectionError) as error:
                raise Closed(self.goaway) from error
            if more == b"":
                raise Closed(self.goaway)
            self.buffer += more

    def receive(self):
        """The next frame, whatever it is. A PING is answered on the way."""
        while True:
            self._fill(HEADER.size)
            length, type, flags, method, request_id = HEADER.unpack_from(self.buffer)
            if flags != 0:
                raise ValueError("flags")
            self._fill(HEADER.size + length)
            body = self.buffer[HEADER.size : HEADER.size + length]
            self.buffer = self.buffer[HEADER.size + length :]
            if type == frame_pb2.FRAME_TYPE_PING:
                self.send(frame_pb2.FRAME_TYPE_PONG, request_id=request_id)
                continue
            if type == frame_pb2.FRAME_TYPE_GOAWAY:
                self.goaway = frame_pb2.Goaway.FromString(body)
                continue  # answers may still come; then the end
            return Frame(type, method, request_id, body)

    # ---- Greeting and calls

    def hello(self, minor=0):
        hello = frame_pb2.Hello(minor=minor, program="tests/wire")
        self.send(frame_pb2.FRAME_TYPE_HELLO, hello.SerializeToString())
        frame = self.receive()
        if frame.type != frame_pb2.FRAME_TYPE_WELCOME:
            raise ValueError("not a WELCOME")
        self.welcome = frame_pb2.Welcome.FromString(frame.body)

    def next_id(self):
        self.last_request += 1
        return self.last_request

    def encode_request(self, request):
        """(request_id, bytes): to send, or to send together with others."""
        method, _ = METHODS[request.DESCRIPTOR.full_name]
        request_id = self.next_id()
        body = request.SerializeToString()
        return request_id, encode(frame_pb2.FRAME_TYPE_REQUEST, body, method, request_id)

    def begin(self, request):
        request_id, data = self.encode_request(request)
        self.send_bytes(data)
        return request_id

    def answer(self):
        """The next answer, to whichever request; EVENTs are put aside."""
        while True:
            frame = self.receive()
            if frame.type == frame_pb2.FRAME_TYPE_EVENT:
                self.events.append(feed_pb2.FeedEvent.FromString(frame.body))
            elif frame.type == frame_pb2.FRAME_TYPE_CHUNK:
                self.pieces[frame.request_id] += frame.body
            elif frame.type == frame_pb2.FRAME_TYPE_RESPONSE:
                frame.body = self.pieces.pop(frame.request_id, b"") + frame.body
                return frame
            elif frame.type == frame_pb2.FRAME_TYPE_ERROR:
                self.pieces.pop(frame.request_id, None)
                return frame
            else:
                raise ValueError("frame type %d" % frame.type)

    def body_of(self, request):
        """Asks, and gives the answer's bytes."""
        request_id = self.begin(request)
        frame = self.answer()
        if frame.request_id != request_id:
            raise ValueError("an answer to nothing")
        return checked(frame)

    def ask(self, request):
        _, reply = METHODS[request.DESCRIPTOR.full_name]
        return reply.FromString(self.body_of(request))

    def event(self):
        """The next EVENT, which the server sends unasked."""
        while not self.events:
            frame = self.receive()
            if frame.type != frame_pb2.FRAME_TYPE_EVENT:
                raise ValueError("an answer to nothing")
            self.events.append(feed_pb2.FeedEvent.FromString(frame.body))
        return self.events.popleft()


def checked(frame):
    """The body of a RESPONSE; an ERROR is raised."""
    if frame.type == frame_pb2.FRAME_TYPE_ERROR:
        raise Refused(error_pb2.Error.FromString(frame.body), frame.body)
    return frame.body
