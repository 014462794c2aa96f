"""The command line, against the server of `support`."""

import contextlib
import io
import json
import tempfile
import unittest

import support
from sockets import Sockets
from tickwire import cli


class CommandLine(Sockets):
    def run_command(self, *arguments, standard_input=None):
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = cli.main([*arguments, "--address", self.address])
        return code, out.getvalue(), err.getvalue()

    def setUp(self):
        super().setUp()
        self.address = self.listen().address

    def test_subscribe(self):
        self.engine.emit(5)
        code, out, err = self.run_command("subscribe", ">", "--from", "7:1", "--limit", "3")
        self.assertEqual((code, len(out.splitlines())), (0, 3))
        self.assertIn("trade.SYM1", out)
        self.assertIn("a warning", err)
        code, out, _ = self.run_command("subscribe", ">", "--from", "7:4", "--limit", "1", "--json")
        self.assertEqual(json.loads(out)["sequence"], 4)

    def test_publish(self):
        rows = "Time,Symbol,Price,Size,Side,Bid,Ask\n"
        rows += "2026-01-05T09:00:00.5Z,A,1.5,2,buy,,\n,B,,,,1,2\n"
        with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
            file.write(rows)
            file.flush()
            code, out, _ = self.run_command("publish", file.name)
        self.assertEqual((code, out), (0, "2 accepted, 0 rejected\n"))
        trade, quote = (record for _, _, record in self.engine.published)
        self.assertEqual(support.struct.unpack_from("<q", trade, 32)[0], 1767603600_500000000)
        self.assertEqual((trade[8], quote[8]), (1, 2))

    def test_mistakes_name_their_place(self):
        with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
            file.write("symbol,price\nA,1\nB,x\n")
            file.flush()
            code, _, err = self.run_command("publish", file.name)
        self.assertEqual(code, 64)
        self.assertIn(f"{file.name}:3: price: expected a decimal number", err)
        self.assertEqual(self.run_command("subscribe", ">", "--from", "noon")[0], 64)

    def test_describe_and_health(self):
        code, out, _ = self.run_command("describe")
        self.assertEqual(code, 0)
        self.assertIn("subscribe", out)
        self.assertEqual(json.loads(self.run_command("describe", "--json")[1])["schema_version"], 1)
        self.assertEqual(self.run_command("health")[1], "ready\n")


if __name__ == "__main__":
    unittest.main()
