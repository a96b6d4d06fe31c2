"""What goes over the wire, byte for byte: the exchange that PROTOCOL.md prints, the same bytes in
one piece and one by one, long replies in CHUNKs, and CANCEL."""

import os
import pathlib
import re
import unittest

import client
from bureau_pb2 import BureauUnitsRequest
from error_pb2 import CODE_CANCELLED, Error
from frame_pb2 import (
    FRAME_TYPE_CANCEL,
    FRAME_TYPE_CHUNK,
    FRAME_TYPE_ERROR,
    FRAME_TYPE_PING,
    FRAME_TYPE_REQUEST,
    FRAME_TYPE_RESPONSE,
)
from login_pb2 import LoginBeginRequest
from matter_pb2 import MatterListReply, MatterListRequest, MatterOpenRequest
from petition_pb2 import PetitionRegisterReply
from test_wire import CLERK, MISSING, PASSWORD, connect, register_request

PROTOCOL = pathlib.Path(os.environ["XF_SOURCE_DIR"]) / "proto" / "PROTOCOL.md"


def printed_exchange():
    """[(side, bytes-or-None, …)]: the lines `C …` and `S …`, `..` being a byte that varies."""
    turns = []
    for line in PROTOCOL.read_text().splitlines():
        found = re.match(r"    ([CS]) ((?:[0-9a-f]{2}|\.\.)(?: (?:[0-9a-f]{2}|\.\.))*)(?: {2,}|$)", line)
        if not found:
            continue
        side = found.group(1)
        octets = [None if o == ".." else int(o, 16) for o in found.group(2).split(" ")]
        if turns and turns[-1][0] == side:
            turns[-1][1].extend(octets)
        else:
            turns.append((side, octets))
    return turns


class Exchange(unittest.TestCase):
    def logged_in(self, minor=1):
        c = connect()
        self.addCleanup(c.close)
        c.hello(minor)
        c.ask(LoginBeginRequest(badge=CLERK, password=PASSWORD))
        return c

    def test_the_printed_exchange_is_what_the_server_says(self):
        turns = printed_exchange()
        self.assertGreater(len(turns), 8)
        c = connect()
        self.addCleanup(c.close)
        for side, octets in turns:
            if side == "C":
                c.send_bytes(bytes(octets))
                continue
            c._fill(len(octets))
            said = c.buffer[: len(octets)]
            c.buffer = c.buffer[len(octets) :]
            for at, (want, got) in enumerate(zip(octets, said)):
                if want is not None and want != got:
                    self.fail("byte %d of %s" % (at, said.hex(" ")))
        with self.assertRaises(client.Closed):
            c.receive()

    def test_byte_by_byte_is_the_same_as_all_at_once(self):
        """Answers may overtake each other, so they are compared by the request that they answer."""

        def conversation(c):
            _, units = c.encode_request(BureauUnitsRequest())
            _, missing = c.encode_request(MatterOpenRequest(matter_id=MISSING))
            broken = client.encode(FRAME_TYPE_REQUEST, b"\xff\xff", 203, c.next_id())
            unknown = client.encode(FRAME_TYPE_REQUEST, b"", 65000, c.next_id())
            chunk = client.encode(FRAME_TYPE_CHUNK, b"", 203, c.next_id())
            ping = client.encode(FRAME_TYPE_PING, b"", 0, 77)
            late = client.encode(FRAME_TYPE_CANCEL, b"", 0, 1)
            return units + missing + broken + unknown + chunk + ping + late

        def transcript(send):
            c = self.logged_in()
            send(c, conversation(c))
            frames = [c.receive() for _ in range(6)]
            return {(f.type, f.method, f.request_id): f.body for f in frames}

        def one_by_one(c, data):
            for i in range(len(data)):
                c.send_bytes(data[i : i + 1])

        whole = transcript(lambda c, data: c.send_bytes(data))
        self.assertEqual(len(whole), 6)
        self.assertEqual(whole, transcript(one_by_one))

    def test_a_long_reply_comes_in_chunks_that_make_the_same_message(self):
        c = self.logged_in()
        for _ in range(30):
            c.ask(register_request("反映宅基地纠纷，要求答复。" * 100))
        whole = self.list_as(0)
        long_id, long_list = c.encode_request(MatterListRequest(limit=30))
        c.send_bytes(long_list)
        first = c.receive()
        self.assertEqual((first.type, first.request_id), (FRAME_TYPE_CHUNK, long_id))
        self.assertEqual(len(first.body), c.welcome.max_chunk)
        c.pieces[long_id] += first.body
        answer = c.answer()
        self.assertEqual(answer.request_id, long_id)
        self.assertEqual(MatterListReply.FromString(answer.body), whole)

    def list_as(self, minor):
        """An older client gets the same in one frame."""
        c = self.logged_in(minor)
        c.begin(MatterListRequest(limit=30))
        frame = c.receive()
        self.assertEqual(frame.type, FRAME_TYPE_RESPONSE)
        self.assertGreater(len(frame.body), 65536)
        return MatterListReply.FromString(frame.body)

    def test_what_was_not_begun_is_taken_back_and_leaves_nothing(self):
        c = self.logged_in()
        request = register_request()
        before = c.ask(register_request()).number
        request_id, data = c.encode_request(request)
        c.send_bytes(data + client.encode(FRAME_TYPE_CANCEL, b"", 0, request_id))
        frame = c.answer()
        self.assertEqual((frame.type, frame.request_id), (FRAME_TYPE_ERROR, request_id))
        self.assertEqual(Error.FromString(frame.body).code, CODE_CANCELLED)
        again = c.ask(request)  # the same op_id: it was not used up
        self.assertEqual(self.number(again), self.number_of(before) + 1)

    def number(self, reply):
        self.assertIsInstance(reply, PetitionRegisterReply)
        return self.number_of(reply.number)

    def number_of(self, official):
        return int(re.search(r"(\d+)号", official).group(1))

    def test_an_older_client_is_answered_all_the_same(self):
        c = self.logged_in(minor=0)
        request_id, data = c.encode_request(MatterListRequest(limit=1))
        c.send_bytes(data + client.encode(FRAME_TYPE_CANCEL, b"", 0, request_id))
        frame = c.answer()
        self.assertEqual((frame.type, frame.request_id), (FRAME_TYPE_RESPONSE, request_id))

    def test_the_highest_minor_that_both_speak_is_chosen(self):
        for asked, chosen in ((0, 0), (1, 1), (2, 1), (1000, 1)):
            c = connect()
            self.addCleanup(c.close)
            c.hello(asked)
            self.assertEqual(c.welcome.minor, chosen)
            self.assertEqual(c.welcome.HasField("max_chunk"), chosen >= 1)
