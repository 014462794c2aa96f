#!/usr/bin/env python3
"""Sends every document of the JSON corpus to every route that takes a body, on every listener: none
may crash the engine, and every answer has a status below 500 (or 501, 503) and a body of JSON."""

import collections
import http.client
import json
import sys

from daemon import Daemon, shared


def routes(daemon, address):
    host, port = address.split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=30)
    connection.request("GET", "/openapi.json")
    paths = json.loads(connection.getresponse().read())["paths"]
    # Those that are not served yet are not in the document.
    more = ["/exchange/", "/instruments/", "/provider/", "/auth/login", "/auth/register"]
    found = [("POST", path) for path in more]
    for path, methods in paths.items():
        for method in methods:
            if method in ("post", "put"):
                found.append((method.upper(), path))
    return connection, found


FILLED = {"{symbol}": "EURUSD", "{seq}": "9", "{id}": "9", "{rule}": "x", "{name}": "x",
          "{action}": "start"}


def main():
    corpus = sorted(shared("data/json").iterdir())
    plugins = [
        {"name": "journal", "type": "journal", "config": {"folder": "{folder}/journal"}},
        {"name": "sim", "type": "generator", "config": {
            "instruments": [{"symbol": "EURUSD"}], "interval": "100ms", "seed": 1}},
        {"name": "bars", "type": "bars", "config": {"specs": ["1s", "1m"]}},
        {"name": "alerts", "type": "alerts", "config": {"store": "{folder}/alerts.sqlite"}},
        {"name": "history", "type": "history", "config": {"store": "{folder}/history.sqlite"}},
        {"name": "web", "type": "websocket", "config": {
            "listen": "127.0.0.1:0",
            "listeners": [{"listen": "127.0.0.1:0", "dialects": ["streaming"]}]}},
    ]
    count, bad, sent = collections.Counter(), [], 0
    with Daemon(plugins) as daemon:
        for address in daemon.addresses:
            connection, found = routes(daemon, address)
            for method, path in found:
                target = path
                for name, value in FILLED.items():
                    target = target.replace(name, value)
                for file in corpus:
                    try:
                        connection.request(method, target, file.read_bytes(),
                                           {"Content-Type": "application/json"})
                        answer = connection.getresponse()
                        status, body = answer.status, answer.read()
                    except OSError as error:
                        bad.append((method, path, file.name, repr(error)))
                        connection.close()
                        continue
                    sent += 1
                    count[status] += 1
                    is_clear = status < 500 or status in (501, 503)
                    if not is_clear or (body and not body.startswith((b"{", b"["))):
                        bad.append((method, path, file.name, status, body[:80]))
        daemon.check()
    print(f"{sent} requests, {len(corpus)} documents; by status: {dict(sorted(count.items()))}")
    for fault in bad[:10]:
        print("  ", *fault)
    print(f"{len(bad)} bad answers, the engine still ran")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
