"""xinfang/1 as somebody else's client sees it. tests/wire/run starts the server and says where."""

import datetime
import os
import pathlib
import socket
import ssl
import subprocess
import threading
import unittest

import client
from bureau_pb2 import BureauUnitsRequest
from error_pb2 import CODE_DENIED, CODE_INVALID, CODE_LIMIT, CODE_UNSUPPORTED, Error
from feed_pb2 import FeedAckRequest, FeedCursor, FeedFollowRequest
from frame_pb2 import (
    FRAME_TYPE_CANCEL,
    FRAME_TYPE_CHUNK,
    FRAME_TYPE_ERROR,
    FRAME_TYPE_PING,
    FRAME_TYPE_PONG,
    FRAME_TYPE_REQUEST,
    FRAME_TYPE_RESPONSE,
)
from login_pb2 import LoginBeginRequest, LoginEndRequest, LoginReply, LoginResumeRequest
from matter_pb2 import (
    EVENT_KIND_ASSIGNED,
    STATE_ASSIGNED,
    STATE_REGISTERED,
    STATE_TAKEN,
    MatterAssignRequest,
    MatterHistoryRequest,
    MatterListRequest,
    MatterOpenReply,
    MatterOpenRequest,
    MatterTakeRequest,
)
from method_pb2 import RPC_MATTER_ASSIGN, RPC_MATTER_TAKE
from petition_pb2 import (
    CHANNEL_VISIT,
    PURPOSE_APPEAL,
    SOURCE_DIRECT,
    MatterDraft,
    PetitionerDraft,
    PetitionRegisterRequest,
    ReceiptDraft,
)

WORK = pathlib.Path(os.environ["XF_WIRE_DIR"])
XINFANG = os.environ["XF_WIRE_XINFANG"]
NAME = os.environ["XF_WIRE_SERVER_NAME"]
PASSWORD = os.environ["XF_WIRE_PASSWORD"]
PORT = int((WORK / "port").read_text())

HEAD, CLERK, LIAISON, OTHER_STATION = "T00010", "T00011", "T00020", "T00024"
MISSING = 1202600999901  # nobody's matter
TODAY = (datetime.date(2026, 11, 24) - datetime.date(1970, 1, 1)).days


def connect(device="desk", ca="ours"):
    return client.Client(
        PORT,
        NAME,
        WORK / "ours" / "ca.pem",
        WORK / ca / "device" / (device + ".pem"),
        WORK / ca / "device" / (device + ".key"),
    )


def register_request(demand="要求答复宅基地纠纷的处理结果"):
    return PetitionRegisterRequest(
        op_id=client.op_id(),
        receipts=[ReceiptDraft(channel=CHANNEL_VISIT, source=SOURCE_DIRECT, received_on=TODAY)],
        petitioners=[PetitionerDraft(name="来访人甲", phone="19900001234")],
        matters=[MatterDraft(purpose=PURPOSE_APPEAL, demand=demand)],
    )


class Wire(unittest.TestCase):
    def connected(self, device="desk"):
        c = connect(device)
        self.addCleanup(c.close)
        c.hello()
        return c

    def logged_in(self, badge):
        c = self.connected()
        c.login = c.ask(LoginBeginRequest(badge=badge, password=PASSWORD))
        return c

    def refused(self, c, request, code):
        with self.assertRaises(client.Refused) as caught:
            c.ask(request)
        self.assertEqual(caught.exception.code, code)
        return caught.exception

    def closed(self, c):
        """The server closes, and answers nothing before."""
        with self.assertRaises(client.Closed) as caught:
            c.receive()
        return caught.exception.goaway

    def registered(self, clerk=None):
        reply = (clerk or self.logged_in(CLERK)).ask(register_request())
        return reply.matters[0]

    def station(self):
        with connect() as c:
            c.hello()
            return c.ask(LoginBeginRequest(badge=LIAISON, password=PASSWORD)).unit_id

    def assignment(self, matter):
        return MatterAssignRequest(
            op_id=client.op_id(),
            matter_id=matter.matter_id,
            version=matter.version,
            to_unit=self.station(),
        )

    def alive(self, c):
        c.send(FRAME_TYPE_PING, request_id=77)
        frame = c.receive()
        self.assertEqual((frame.type, frame.request_id, frame.body), (FRAME_TYPE_PONG, 77, b""))


class Greeting(Wire):
    def test_a_welcome_says_limits_and_bureau(self):
        welcome = self.connected().welcome
        self.assertEqual((welcome.minor, welcome.bureau_id), (0, 450922))
        self.assertGreater(welcome.max_frame, welcome.max_frame_before_login)
        self.assertGreater(welcome.max_in_flight, 0)
        self.assertGreater(welcome.ping_every_ms, 0)

    def test_a_request_before_hello_ends_it(self):
        with connect() as c:
            c.begin(BureauUnitsRequest())
            self.assertEqual(self.closed(c).code, CODE_INVALID)

    def test_ping_is_answered_before_and_after_login(self):
        self.alive(self.connected())
        self.alive(self.logged_in(CLERK))


class Login(Wire):
    def test_without_login_nothing_is_said(self):
        self.refused(self.connected(), MatterOpenRequest(matter_id=MISSING), "UNAUTHENTICATED")

    def test_a_wrong_password_and_an_unknown_badge_look_the_same(self):
        c = self.connected()
        wrong, nobody = (
            self.refused(c, LoginBeginRequest(badge=badge, password="x" * 9), "UNAUTHENTICATED")
            for badge in (CLERK, "T99999")
        )
        self.assertEqual(wrong.body, nobody.body)

    def test_a_token_is_good_at_its_own_device_only(self):
        first = self.logged_in(CLERK)
        self.assertEqual(len(first.login.token), 32)
        resume = LoginResumeRequest(token=first.login.token)
        again = self.connected().ask(resume)
        self.assertEqual(again.officer_id, first.login.officer_id)
        self.assertFalse(again.HasField("token"))
        self.refused(self.connected("other-desk"), resume, "UNAUTHENTICATED")

    def test_after_login_end_the_connection_is_a_device_again(self):
        c = self.connected("other-desk")
        token = c.ask(LoginBeginRequest(badge=CLERK, password=PASSWORD)).token
        c.ask(LoginEndRequest())
        self.refused(c, MatterListRequest(), "UNAUTHENTICATED")
        self.refused(c, LoginResumeRequest(token=token), "UNAUTHENTICATED")


class Visit(Wire):
    def test_a_visit_is_registered_assigned_and_taken(self):
        reply = self.logged_in(CLERK).ask(register_request())
        self.assertRegex(reply.number, r"^陆公信字〔2026〕\d+号$")
        matter = reply.matters[0]
        head = self.logged_in(HEAD)
        opened = head.ask(MatterOpenRequest(matter_id=matter.matter_id))
        self.assertEqual((opened.state, opened.number), (STATE_REGISTERED, reply.number))
        self.assertNotIn("19900001234", opened.petitioners[0].phone)
        self.assertIn(RPC_MATTER_ASSIGN, opened.actions)
        assigned = head.ask(self.assignment(matter))
        self.assertEqual(assigned.state, STATE_ASSIGNED)
        liaison = self.logged_in(LIAISON)
        opened = liaison.ask(MatterOpenRequest(matter_id=matter.matter_id))
        self.assertIn(RPC_MATTER_TAKE, opened.actions)
        take = MatterTakeRequest(op_id=client.op_id(), matter_id=matter.matter_id)
        take.version = opened.version
        taken = liaison.ask(take)
        self.assertEqual(taken.state, STATE_TAKEN)

    def test_the_station_is_pushed_what_it_did_not_ask_for(self):
        liaison = self.logged_in(LIAISON)
        began = liaison.ask(FeedFollowRequest()).cursors
        sent = liaison.frames_sent
        matter = self.registered()
        self.logged_in(HEAD).ask(self.assignment(matter))
        event = liaison.event()
        while event.matter_id != matter.matter_id:  # another test's
            event = liaison.event()
        self.assertEqual((event.kind, event.version), (EVENT_KIND_ASSIGNED, 2))
        self.assertEqual(liaison.frames_sent, sent)
        began = [c for c in began if (c.kind, c.id) == (event.audience_kind, event.audience_id)]
        self.assertGreater(event.cursor, began[0].cursor)

    def test_who_comes_back_gets_what_came_after_the_cursor(self):
        first = self.logged_in(LIAISON)
        first.ask(FeedFollowRequest())
        for _ in range(2):
            self.logged_in(HEAD).ask(self.assignment(self.registered()))
        seen = [first.event(), first.event()]
        self.assertEqual(seen[1].cursor, seen[0].cursor + 1)  # counted without gaps
        cursor = FeedCursor(kind=seen[0].audience_kind, id=seen[0].audience_id)
        cursor.cursor = seen[0].cursor
        second = self.logged_in(LIAISON)
        second.ask(FeedFollowRequest(cursors=[cursor]))
        self.assertEqual(second.event(), seen[1])
        second.ask(FeedAckRequest(cursors=[cursor]))
        third = self.logged_in(LIAISON)
        third.ask(FeedFollowRequest())
        self.assertEqual(third.event(), seen[1])

    def test_pages_of_a_list_join_without_gap_or_double(self):
        clerk = self.logged_in(CLERK)
        for _ in range(3):
            self.registered(clerk)
        whole = [m.matter_id for m in clerk.ask(MatterListRequest(limit=200)).matters]
        pages, after = [], None
        while True:
            page = clerk.ask(MatterListRequest(limit=2, after=after))
            pages += [m.matter_id for m in page.matters]
            if not page.HasField("next"):
                break
            after = page.next
        self.assertEqual(pages, whole)


class Refusals(Wire):
    def test_a_role_is_denied_what_it_may_not_do(self):
        matter = self.registered()
        self.refused(self.logged_in(LIAISON), self.assignment(matter), "DENIED")

    def test_an_unknown_method_is_unsupported_and_the_connection_stays(self):
        c = self.logged_in(CLERK)
        request_id = c.next_id()
        c.send(FRAME_TYPE_REQUEST, method=59999, request_id=request_id)
        frame = c.answer()
        self.assertEqual((frame.method, frame.request_id), (59999, request_id))
        with self.assertRaises(client.Refused) as caught:
            client.checked(frame)
        self.assertEqual(caught.exception.code, "UNSUPPORTED")
        self.alive(c)

    def test_another_units_matter_is_as_missing_as_a_missing_one(self):
        matter = self.registered()
        self.logged_in(HEAD).ask(self.assignment(matter))
        other = self.logged_in(OTHER_STATION)
        hidden = self.refused(other, MatterOpenRequest(matter_id=matter.matter_id), "NOT_FOUND")
        missing = self.refused(other, MatterOpenRequest(matter_id=MISSING), "NOT_FOUND")
        self.assertEqual(hidden.body, missing.body)

    def test_history_goes_on_after_a_version_until_it_gives_none(self):
        matter = self.registered()
        head = self.logged_in(HEAD)
        head.ask(self.assignment(matter))
        ask = MatterHistoryRequest(matter_id=matter.matter_id)
        versions = []
        while events := head.ask(ask).events:
            versions += [event.version for event in events]
            ask.after_version = versions[-1]
        self.assertEqual(versions, [1, 2])

    def test_a_field_from_a_newer_client_is_skipped(self):
        c = self.logged_in(CLERK)
        unknown = b"\xf8\x3f\x01"  # number 1023, value 1
        c.send(FRAME_TYPE_REQUEST, unknown, client.method_pb2.RPC_MATTER_LIST, c.next_id())
        client.checked(c.answer())

    def test_a_stale_version_is_a_conflict(self):
        matter = self.registered()
        head = self.logged_in(HEAD)
        head.ask(self.assignment(matter))
        self.refused(head, self.assignment(matter), "CONFLICT")

    def test_an_error_names_the_field(self):
        request = register_request()
        request.matters[0].ClearField("demand")
        error = self.refused(self.logged_in(CLERK), request, "INVALID").error
        self.assertEqual((error.field, error.retryable), ("matters[0].demand", False))
        self.assertTrue(error.text)

    def test_a_body_that_is_no_message_is_invalid_and_the_connection_stays(self):
        c = self.logged_in(CLERK)
        c.send(FRAME_TYPE_REQUEST, b"\xff\xff", RPC_MATTER_ASSIGN, c.next_id())
        frame = c.answer()
        # A clerk may not assign: nothing of the body is read before that is known.
        self.assertEqual(Error.FromString(frame.body).code, CODE_DENIED)
        c.send(FRAME_TYPE_REQUEST, b"\xff\xff", client.method_pb2.RPC_MATTER_OPEN, c.next_id())
        self.assertEqual(Error.FromString(c.answer().body).code, CODE_INVALID)
        self.alive(c)

    def test_the_same_operation_twice_gives_the_same_bytes_and_happens_once(self):
        request = register_request()
        first = self.logged_in(CLERK).body_of(request)
        self.assertEqual(self.logged_in(CLERK).body_of(request), first)  # as after a cut
        request.matters[0].demand = "另一件事"
        self.refused(self.logged_in(CLERK), request, "OP_MISMATCH")

    def test_a_change_needs_an_op_id(self):
        request = register_request()
        request.ClearField("op_id")
        error = self.refused(self.logged_in(CLERK), request, "INVALID").error
        self.assertEqual(error.field, "op_id")


class Order(Wire):
    def test_an_open_overtakes_a_login(self):
        c = self.logged_in(CLERK)
        matter = self.registered(c)
        login, login_bytes = c.encode_request(LoginBeginRequest(badge=CLERK, password=PASSWORD))
        opening, open_bytes = c.encode_request(MatterOpenRequest(matter_id=matter.matter_id))
        c.send_bytes(login_bytes + open_bytes)
        answers = [c.answer(), c.answer()]
        self.assertEqual([a.request_id for a in answers], [opening, login])
        opened = MatterOpenReply.FromString(client.checked(answers[0]))
        self.assertEqual(opened.matter_id, matter.matter_id)
        self.assertEqual(len(LoginReply.FromString(client.checked(answers[1])).token), 32)

    def test_request_ids_must_rise(self):
        for again in (0, 1, 2):
            with self.subTest(again=again):
                c = self.connected()
                c.last_request = 1
                c.ask(LoginBeginRequest(badge=CLERK, password=PASSWORD))
                c.last_request = again - 1
                c.begin(MatterListRequest())
                frame = c.answer()
                self.assertEqual((frame.type, frame.request_id), (FRAME_TYPE_ERROR, again))
                self.assertEqual(self.closed(c).code, CODE_INVALID)

    def test_ids_may_leave_some_out(self):
        c = self.logged_in(CLERK)
        c.last_request = 2**63
        c.ask(MatterListRequest())


class Frames(Wire):
    def test_a_frame_that_is_wrong_closes_the_connection(self):
        request = client.encode(FRAME_TYPE_PING)
        too_long = self.connected().welcome.max_frame + 1
        wrong = {
            "too long": (client.encode(FRAME_TYPE_REQUEST, length=too_long, request_id=1), CODE_LIMIT),
            "huge": (client.encode(FRAME_TYPE_REQUEST, length=2**32 - 1, request_id=1), CODE_LIMIT),
            "flags": (client.encode(FRAME_TYPE_PING, flags=1), CODE_INVALID),
            "unknown type": (client.encode(200), CODE_UNSUPPORTED),
            "type 0": (client.encode(0), CODE_UNSUPPORTED),
            "garbage": (b"GET / HTTP/1.1\r\nHost: xinfangd\r\n\r\n", CODE_LIMIT),
            "a server's frame": (client.encode(FRAME_TYPE_RESPONSE), CODE_INVALID),
        }
        for name, (data, code) in wrong.items():
            with self.subTest(name):
                c = self.logged_in(CLERK)
                c.send_bytes(data + request)
                goaway = self.closed(c)
                self.assertEqual(goaway.code, code)
                self.assertTrue(goaway.text)

    def test_before_login_a_long_frame_is_too_long(self):
        c = self.connected()
        too_long = c.welcome.max_frame_before_login + 1
        c.send_bytes(client.encode(FRAME_TYPE_REQUEST, length=too_long, request_id=1))
        self.assertEqual(self.closed(c).code, CODE_LIMIT)

    def test_a_frame_may_come_byte_by_byte(self):
        c = self.logged_in(CLERK)
        request_id, data = c.encode_request(MatterListRequest(limit=1))
        for i in range(len(data)):
            c.send_bytes(data[i : i + 1])
        frame = c.answer()
        self.assertEqual((frame.type, frame.request_id), (FRAME_TYPE_RESPONSE, request_id))

    def test_many_frames_may_come_in_one_piece(self):
        c = self.logged_in(CLERK)
        asked = [c.encode_request(MatterListRequest(limit=1)) for _ in range(20)]
        c.send_bytes(b"".join(data for _, data in asked))
        self.assertEqual({c.answer().request_id for _ in asked}, {i for i, _ in asked})

    def test_past_the_window_a_request_is_told_to_come_again(self):
        c = self.logged_in(CLERK)
        asked = [c.encode_request(MatterListRequest()) for _ in range(c.welcome.max_in_flight * 4)]
        c.send_bytes(b"".join(data for _, data in asked))
        refused = [a for a in (c.answer() for _ in asked) if a.type == FRAME_TYPE_ERROR]
        for frame in refused:
            error = Error.FromString(frame.body)
            self.assertEqual((error.code, error.retryable), (CODE_LIMIT, True))
            self.assertGreater(error.retry_after_ms, 0)
        self.assertTrue(refused)

    def test_an_old_cancel_is_let_pass_and_chunk_refused(self):
        c = self.logged_in(CLERK)
        c.send(FRAME_TYPE_CANCEL, request_id=1)
        c.send(FRAME_TYPE_CHUNK, request_id=9)
        frame = c.answer()
        self.assertEqual((frame.type, frame.request_id), (FRAME_TYPE_ERROR, 9))
        self.alive(c)


class Certificates(Wire):
    def greet(self, **how):
        """TLS 1.3 tells a client that it is refused only after its own handshake is over."""
        with client.Client(PORT, NAME, WORK / "ours" / "ca.pem", **how) as c:
            c.hello()

    def test_a_client_without_certificate_is_refused(self):
        with self.assertRaises((ssl.SSLError, client.Closed)):
            self.greet()

    def test_a_client_of_another_ca_is_refused(self):
        other = WORK / "other" / "device"
        with self.assertRaises((ssl.SSLError, client.Closed)):
            self.greet(certificate=other / "desk.pem", key=other / "desk.key")

    def test_a_servers_certificate_is_no_devices(self):
        ours = WORK / "ours" / "server"
        with self.assertRaises((ssl.SSLError, client.Closed)):
            self.greet(certificate=ours / (NAME + ".pem"), key=ours / (NAME + ".key"))

    def test_a_client_without_alpn_is_refused(self):
        ours = WORK / "ours" / "device"
        for alpn in (None, "http/1.1"):
            with self.subTest(alpn), self.assertRaises((ssl.SSLError, client.Closed)):
                self.greet(certificate=ours / "desk.pem", key=ours / "desk.key", alpn=alpn)

    def test_a_client_of_ours_is_not_refused(self):
        ours = WORK / "ours" / "device"
        self.greet(certificate=ours / "desk.pem", key=ours / "desk.key")

    def log_in_with_xinfang(self, ca):
        """Our own client logs in to a server with the right name, and a certificate of `ca`.
        Gives its exit code, and what the server's end of TLS said: None if all was well."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.set_alpn_protocols([client.ALPN])
        path = WORK / ca / "server"
        context.load_cert_chain(path / (NAME + ".pem"), path / (NAME + ".key"))
        said = []

        def serve(listener):
            raw, _ = listener.accept()
            raw.settimeout(client.PATIENCE_S)
            with raw:
                try:
                    with context.wrap_socket(raw, server_side=True) as tls:
                        said.append(tls.recv(client.HEADER.size))
                except (ssl.SSLError, OSError) as error:
                    said.append(error)

        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.settimeout(client.PATIENCE_S)
            profile = WORK / ("profile-" + ca)
            profile.mkdir()
            (profile / "conf").write_text(
                f"server.host = 127.0.0.1\nserver.port = {listener.getsockname()[1]}\n"
                f"server.name = {NAME}\ntls.ca = {WORK}/ours/ca.pem\n"
                f"tls.certificate = {WORK}/ours/device/desk.pem\n"
                f"tls.key = {WORK}/ours/device/desk.key\n"
            )
            server = threading.Thread(target=serve, args=(listener,))
            server.start()
            done = subprocess.run(
                [XINFANG, "--timeout", "5", "--profile", profile, "login", CLERK]
                + ["--password-file", WORK / "password"],
                capture_output=True,
                stdin=subprocess.DEVNULL,
                timeout=client.PATIENCE_S,
                check=False,
            )
            server.join()
        return done.returncode, said[0]

    def test_xinfang_refuses_a_server_of_another_ca(self):
        exit_code, said = self.log_in_with_xinfang("other")
        self.assertNotEqual(exit_code, 0)
        self.assertIsInstance(said, ssl.SSLError)
        self.assertIn("UNKNOWN_CA", said.reason)

    def test_xinfang_greets_a_server_of_its_own_ca(self):
        """So that the refusal above is the CA's and nothing else's."""
        _, said = self.log_in_with_xinfang("ours")
        self.assertEqual(client.HEADER.unpack(said)[1], client.frame_pb2.FRAME_TYPE_HELLO)


if __name__ == "__main__":
    unittest.main()
