#!/usr/bin/env python3
"""Sends mail of a real engine to a real server of SMTP, with STARTTLS and authentication.

    python3 -m venv .venv && .venv/bin/pip install aiosmtpd
    .venv/bin/python Benchmarks/notify/mail.py

A certificate is made for the occasion. Then

  - a mail arrives over STARTTLS, with user and password, and with its subject and key;
  - a server whose certificate another authority has signed is refused, and gets no password;
  - so are a server for another name, one that offers no STARTTLS, and a wrong password;
  - an address that the server does not take is given up at once.

Prints one line of JSON. Fails when anything differs.
"""

import argparse
import email
import email.policy
import json
import os
import socket
import ssl
import subprocess
import sys
import tempfile

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, SMTP

from world import World

USER, PASSWORD = "desk", "a-secret-of-mail"


def certificate(folder, name, host):
    """Paths of a certificate that signs itself, and of its key."""
    paths = [os.path.join(folder, f"{name}.{kind}") for kind in ("crt", "key")]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={host}",
         "-addext", f"subjectAltName=DNS:{host}", "-out", paths[0], "-keyout", paths[1]],
        check=True, capture_output=True)  # fmt: skip
    return paths


class Server(Controller):
    """Remembers mails and logins."""

    def __init__(self, certificate=None):
        self.mails, self.logins, self.context = [], [], None
        if certificate:
            self.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            self.context.load_cert_chain(*certificate)
        super().__init__(self, hostname="127.0.0.1", port=0)

    def factory(self):
        if not self.context:
            return SMTP(self)
        return SMTP(self, tls_context=self.context, require_starttls=True, auth_required=True,
                    authenticator=self.check)  # fmt: skip

    def check(self, server, session, envelope, mechanism, data):
        self.logins.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=self.logins[-1] == (USER, PASSWORD))

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody@"):
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.mails.append((bool(session.ssl), envelope.rcpt_tos, envelope.content))
        return "250 taken"

    def _trigger_server(self):
        # Somebody has to knock, at the port that the system has chosen.
        socket.create_connection(("127.0.0.1", int(self.place.split(":")[1])), 5).close()

    @property
    def place(self):
        return f"localhost:{self.server.sockets[0].getsockname()[1]}"


def channel(name, server, ca, **more):
    settings = {"server": server.place, "ca": ca, "from": "engine@example.com", "to": ["desk@example.com"],
                "user": USER, "password": "${MAIL_PASSWORD}", "subject": "{rule}: {message}"}  # fmt: skip
    return {"name": name, "timeout": "5s", "email": {**settings, **more}}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--binaries")
    options = parser.parse_args()
    faults = []

    def expect(what, is_so):
        if not is_so:
            faults.append(what)

    with tempfile.TemporaryDirectory() as folder:
        good = certificate(folder, "good", "localhost")
        strange = certificate(folder, "strange", "elsewhere.example")
        servers = [Server(good), Server(good), Server(strange), Server()]
        for server in servers:
            server.start()
        right, other, wrong_name, plain = servers
        ca = good[0]
        channels = [
            channel("mail", right, ca), channel("untrusted", other, strange[0]),
            channel("misnamed", wrong_name, strange[0]), channel("unencrypted", plain, ca),
            channel("nobody", right, ca, to=["nobody@example.com"]),
            channel("stranger", right, ca, password="${WRONG_PASSWORD}"),
        ]  # fmt: skip
        world = World(channels, binaries=options.binaries,
                      environment={"MAIL_PASSWORD": PASSWORD, "WRONG_PASSWORD": "not-the-secret"})  # fmt: skip
        answers = {}
        for one in channels:
            code, text = world.control("notify", "test", one["name"])
            answers[one["name"]] = (code, text.strip())
        print(json.dumps(answers, indent=1, ensure_ascii=False), file=sys.stderr)
        expect("the mail is taken", answers["mail"][0] == 0 and "delivered" in answers["mail"][1])
        for name in ("untrusted", "misnamed", "unencrypted", "stranger"):
            expect(f"{name} fails", answers[name][0] == 1 and "failed" in answers[name][1])
        expect("an unknown address is refused", "refused" in answers["nobody"][1])
        expect("one mail came", len(right.mails) == 1)
        for is_encrypted, people, content in right.mails:
            mail = email.message_from_bytes(content, policy=email.policy.default)
            expect("it came encrypted", is_encrypted)
            expect("to whom it was for", people == ["desk@example.com"])
            expect("with its subject", mail["Subject"] == "test: This is a test of the channel mail.")
            expect("with its key", mail["Tickwire-Key"].startswith("test/TEST/"))
            expect("with its text", "This is a test" in mail.get_content())
        expect("the right one logged in", (USER, PASSWORD) in right.logins)
        expect("no secret went to a wrong server", not other.logins and not wrong_name.logins)
        expect("nor in the clear", not plain.mails and not plain.logins)
        world.log.seek(0)
        said = world.log.read() + json.dumps(answers) + world.control("notify", "list")[1]
        expect("no secret is told", PASSWORD not in said and "not-the-secret" not in said)
        world.close()
        for server in servers:
            server.stop(no_assert=True)
    print(json.dumps({"mails": len(right.mails), "refused": 5, "faults": faults}))
    if faults:
        sys.exit(1)


if __name__ == "__main__":
    main()
