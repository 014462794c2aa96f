"""The state machine of one connection, without sockets."""

import unittest

import support
from tickwire.connection import Connection, NotStarted, State
from tickwire.errors import (
    CloseCode, Code, PermissionDenied, ProtocolError, ResourceExhausted, TickwireError,
    Unavailable, Unimplemented,
)  # fmt: skip


class Handler:
    def __init__(self):
        self.messages, self.records, self.ends = [], [], []

    def on_message(self, payload):
        self.messages.append(payload)

    def on_data(self, payload, compressed):
        self.records.append((payload, compressed))

    def on_end(self, error):
        self.ends.append(error)


def opened(**ack):
    connection = Connection(0.0, name="test")
    connection.take_output()
    connection.receive(support.hello_ack(**ack), 1.0)
    return connection


def called(credit=1_000, takes_data=True, **ack):
    connection, handler = opened(**ack), Handler()
    stream = connection.call("x", b"", handler, credit=credit, takes_data=takes_data)
    connection.take_output()
    return connection, handler, stream


def last_goaway(connection):
    kind, _, _, payload = support.parse_frames(connection.take_output())[-1]
    assert kind == support.GOAWAY
    return payload[4]


class Handshake(unittest.TestCase):
    def test_the_hello_comes_first_and_calls_wait_for_the_answer(self):
        connection = Connection(0.0, name="test", frame_limit=20_000)
        ((kind, flags, stream, payload),) = support.parse_frames(connection.take_output())
        self.assertEqual((kind, flags, stream), (support.HELLO, 0, 0))
        self.assertEqual(
            payload.hex(), "544b5752" "0100" "0100" "0300000000000000" "204e0000" "0400" "74657374"
        )
        self.assertFalse(connection.accepts_calls)
        connection.receive(support.hello_ack(), 1.0)
        self.assertTrue(connection.accepts_calls)

    def test_a_longer_answer_of_a_later_version_is_read(self):
        ack = support.parse_frames(support.hello_ack())[0][3]
        connection = Connection(0.0)
        connection.receive(support.frame(support.ACK, 0, 0, ack + b"more"), 1.0)
        self.assertIs(connection.state, State.OPEN)
        self.assertEqual(connection.ack.server, "fake")

    def test_anything_else_first_ends_the_connection(self):
        for first in (
            support.status(1, 0), support.frame(support.PING, 0, 0, bytes(8)),
            support.hello_ack(version=2), support.hello_ack(frame_limit=16_383),
            support.hello_ack(capabilities=4), support.hello_ack()[:-1] + b"\xff",
            support.frame(support.ACK, 0, 0, b""), support.frame(support.ACK, 0, 0, bytes(4_097)),
        ):  # fmt: skip
            connection = Connection(0.0)
            connection.receive(first, 1.0)
            self.assertIsInstance(connection.error, ProtocolError)
            self.assertEqual(last_goaway(connection), CloseCode.PROTOCOL_ERROR)

    def test_a_server_that_says_nothing_is_given_up(self):
        connection = Connection(0.0, handshake_timeout=5)
        connection.tick(4.9)
        self.assertIs(connection.state, State.HANDSHAKE)
        connection.tick(5.0)
        self.assertIs(connection.error.close_code, CloseCode.HANDSHAKE_TIMEOUT)
        self.assertEqual(last_goaway(connection), CloseCode.HANDSHAKE_TIMEOUT)

    def test_a_refusal_says_why_and_whether_another_try_helps(self):
        for code, kind in ((3, Unavailable), (7, PermissionDenied), (2, Unimplemented)):
            connection = Connection(0.0)
            connection.receive(support.goaway(0, code, "why not"), 1.0)
            self.assertIs(type(connection.error), kind)
            self.assertIn("why not", connection.error.message)


class KeepAlive(unittest.TestCase):
    def test_silence_is_answered_by_a_ping_and_then_by_the_end(self):
        connection = opened(interval=2_000, timeout=1_000)
        self.assertEqual(connection.deadline(), 3.0)
        connection.tick(2.9)
        self.assertEqual(connection.take_output(), b"")
        connection.tick(3.0)
        ((kind, _, _, payload),) = support.parse_frames(connection.take_output())
        self.assertEqual((kind, len(payload)), (support.PING, 8))
        self.assertEqual(connection.deadline(), 4.0)
        connection.tick(4.0)
        self.assertIs(connection.error.close_code, CloseCode.KEEP_ALIVE_TIMEOUT)
        self.assertEqual(last_goaway(connection), CloseCode.KEEP_ALIVE_TIMEOUT)

    def test_every_byte_is_a_sign_of_life(self):
        connection = opened(interval=2_000, timeout=1_000)
        connection.tick(3.0)
        connection.receive(support.frame(support.PONG, 0, 0, bytes(8))[:1], 3.5)
        connection.tick(4.0)
        self.assertIsNone(connection.error)
        self.assertEqual(connection.deadline(), 5.5)

    def test_zero_turns_it_off_and_pings_are_answered(self):
        connection = opened(interval=0)
        self.assertIsNone(connection.deadline())
        connection.receive(support.frame(support.PING, 0, 0, b"12345678"), 9.0)
        self.assertEqual(
            connection.take_output(), support.frame(support.PONG, 0, 0, b"12345678")
        )


class Calls(unittest.TestCase):
    def test_a_call_ends_exactly_once(self):
        connection, handler, stream = called()
        connection.receive(support.frame(support.MESSAGE, 0, stream, b"a"), 2.0)
        connection.receive(support.frame(support.MESSAGE, 1, stream, b"b"), 2.0)
        connection.receive(support.status(stream, 3, "late"), 2.0)
        connection.receive(support.frame(support.DATA, 0, stream, b""), 2.0)
        connection.end_of_stream()
        self.assertEqual((handler.messages, handler.ends), ([b"a", b"b"], [None]))

    def test_a_cancelled_call_hears_no_more(self):
        connection, handler, stream = called()
        connection.cancel(stream)
        self.assertEqual(connection.take_output(), support.frame(support.CANCEL, 0, stream))
        connection.receive(support.frame(support.MESSAGE, 1, stream, b"b"), 2.0)
        connection.end_of_stream()
        self.assertEqual((handler.messages, handler.ends), ([], []))

    def test_a_status_is_the_error_of_its_call(self):
        connection, handler, stream = called()
        connection.receive(support.status(stream, 8, "too many", "wait", b"x"), 2.0)
        (error,) = handler.ends
        self.assertIsInstance(error, ResourceExhausted)
        self.assertEqual((error.message, error.hint, error.details), ("too many", "wait", b"x"))

    def test_a_lost_connection_ends_every_call(self):
        connection, handler, _ = called()
        connection.end_of_stream()
        self.assertIsInstance(handler.ends[0], Unavailable)

    def test_frames_that_servers_may_not_send_end_the_connection(self):
        data, message = support.DATA, support.MESSAGE
        for name, raw in {
            "hello": support.frame(support.HELLO, 0, 0, b""),
            "second ack": support.hello_ack(),
            "call": support.frame(support.CALL, 0, 1, b""),
            "cancel": support.frame(support.CANCEL, 0, 1),
            "credit": support.frame(support.CREDIT, 0, 1, b"\1\0\0\0"),
            "never opened": support.frame(message, 0, 2, b""),
            "data with end": support.frame(data, 2, 1, b""),
            "short ping": support.frame(support.PING, 0, 0, b"1"),
            "status code": support.status(1, 17),
            "long goaway": support.frame(support.GOAWAY, 0, 0, bytes(9)),
            "short status": support.frame(support.STATUS, 0, 1, b"\1"),
        }.items():
            with self.subTest(name):
                connection, handler, _ = called()
                connection.receive(raw, 2.0)
                self.assertIsInstance(connection.error, ProtocolError)
                self.assertEqual(last_goaway(connection), CloseCode.PROTOCOL_ERROR)
                self.assertEqual(len(handler.ends), 1)

    def test_data_needs_its_capability_and_a_call_that_takes_it(self):
        for ack, takes, flags in (
            ({"capabilities": 0}, True, 0), ({"capabilities": 1}, True, 1), ({}, False, 0),
        ):  # fmt: skip
            connection, _, stream = called(takes_data=takes, **ack)
            connection.receive(support.frame(support.DATA, flags, stream, b""), 2.0)
            self.assertIsInstance(connection.error, ProtocolError)

    def test_a_request_over_the_limit_is_refused_here(self):
        connection = opened(frame_limit=16_384)
        with self.assertRaises(ResourceExhausted):
            connection.call("x", bytes(16_384), Handler())
        self.assertEqual(connection.take_output(), b"")


class Credit(unittest.TestCase):
    def test_each_frame_costs_its_payload_and_header_and_one_may_pass_below_zero(self):
        connection, handler, stream = called(credit=100)
        connection.receive(support.frame(support.DATA, 0, stream, bytes(87)), 2.0)
        connection.receive(support.frame(support.DATA, 0, stream, bytes(500)), 2.0)
        self.assertIsNone(connection.error)
        connection.receive(support.frame(support.DATA, 0, stream, b""), 2.0)
        self.assertIsInstance(connection.error, ProtocolError)
        self.assertEqual(len(handler.records), 2)

    def test_credit_given_is_credit(self):
        connection, handler, stream = called(credit=12)
        connection.receive(support.frame(support.DATA, 0, stream, b""), 2.0)
        connection.give_credit(stream, 1)
        self.assertEqual(
            connection.take_output(), support.frame(support.CREDIT, 0, stream, b"\1\0\0\0")
        )
        connection.receive(support.frame(support.DATA, 0, stream, b""), 2.0)
        self.assertIsNone(connection.error)
        self.assertEqual(len(handler.records), 2)

    def test_the_last_message_and_a_status_need_none(self):
        for last in (support.frame(support.MESSAGE, 1, 1, b"x"), support.status(1, 0)):
            connection, handler, _ = called(credit=0)
            connection.receive(last, 2.0)
            self.assertIsNone(connection.error)
            self.assertEqual(handler.ends, [None])

    def test_a_message_without_credit_breaks_the_protocol(self):
        connection, _, stream = called(credit=0)
        connection.receive(support.frame(support.MESSAGE, 0, stream, b"x"), 2.0)
        self.assertIsInstance(connection.error, ProtocolError)


class Goaway(unittest.TestCase):
    def test_calls_that_run_go_on_and_the_last_closes(self):
        connection, first, _ = called()
        second = Handler()
        connection.call("y", b"", second)
        connection.take_output()
        connection.receive(support.goaway(1, 0, "stop"), 2.0)
        self.assertIs(connection.state, State.DRAINING)
        self.assertFalse(connection.accepts_calls)
        self.assertIsInstance(second.ends[0], NotStarted)
        connection.receive(support.status(1, 0), 2.0)
        self.assertEqual(first.ends, [None])
        self.assertIs(connection.state, State.CLOSED)
        self.assertIsInstance(connection.error, Unavailable)

    def test_an_unknown_code_is_an_internal_error(self):
        connection, handler, _ = called()
        connection.receive(support.goaway(1, 200, "?"), 2.0)
        self.assertIs(connection.error.close_code, CloseCode.INTERNAL_ERROR)
        self.assertIsInstance(handler.ends[0], Unavailable)

    def test_the_clients_own_goodbye(self):
        connection, handler, _ = called()
        connection.close()
        self.assertEqual(last_goaway(connection), CloseCode.SHUT_DOWN)
        self.assertIs(handler.ends[0].code, Code.CANCELLED)
        self.assertIsInstance(handler.ends[0], TickwireError)
        connection.receive(b"garbage", 3.0)
        self.assertIsNone(connection.error)


if __name__ == "__main__":
    unittest.main()
