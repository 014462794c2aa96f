"""What tests of the clients share: a server on real sockets."""

import os
import shutil
import subprocess
import unittest

import support
import tickwire

FAST = tickwire.Backoff(initial=0.01, maximum=0.05)


def first(iterator, count):
    return [event for _, event in zip(range(count), iterator)]


def certificate(folder):
    """A certificate of its own for 127.0.0.1; None where openssl is missing."""
    if shutil.which("openssl") is None:
        return None
    key, pem = os.path.join(folder, "key.pem"), os.path.join(folder, "cert.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key,
         "-out", pem, "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"],
        check=True, capture_output=True,
    )  # fmt: skip
    return pem, key


class Sockets(unittest.TestCase):
    def setUp(self):
        self.engine = support.Engine()

    def listen(self, **more):
        listener = support.Listener(self.engine, **more)
        self.addCleanup(listener.close)
        return listener
