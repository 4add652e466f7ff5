"""``python -m shareai_cms.sandbox``: start the sandbox and stay until it is stopped."""

from __future__ import annotations

import argparse
import errno
import logging
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from .api import BASE
from .checkout import DEFAULT_PAY_LATER_SECONDS, DEFAULT_SECRET, CheckoutOptions
from .checkout.store import StateFileError
from .given import VectorFileError, read_vectors
from .server import SandboxServer
from .state import Timings

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8100
DESCRIPTION = "A stand-in ShareAI marketplace, to build and test against without a key."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options, shared with ``manage.py shareai_sandbox``."""
    timings = Timings()
    parser.add_argument("--host", default=DEFAULT_HOST, help="Address to listen on (default: %(default)s).")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="Port, 0 for a free one (default: %(default)s).")
    parser.add_argument(
        "--latency-ms", type=int, default=timings.latency_ms, help="Time to the first word (default: %(default)s)."
    )
    parser.add_argument(
        "--chunk-ms", type=int, default=timings.chunk_ms, help="Time between two words (default: %(default)s)."
    )
    parser.add_argument(
        "--state-file",
        type=Path,
        help="SQLite file of the checkout (default: one in the temporary directory, for this user and port).",
    )
    parser.add_argument(
        "--webhook-secret",
        action="append",
        dest="webhook_secrets",
        metavar="SECRET",
        help=f"Signs webhooks; several sign with each, to rotate them (default: {DEFAULT_SECRET}).",
    )
    parser.add_argument(
        "--pay-later-seconds",
        type=int,
        default=DEFAULT_PAY_LATER_SECONDS,
        help="Time until a payment that comes later has come (default: %(default)s).",
    )
    parser.add_argument(
        "--vectors",
        type=Path,
        metavar="FILE",
        help="JSON file of vectors to serve for certain texts, to measure ranking with (see the reference).",
    )
    parser.add_argument("--ready-file", type=Path, help='File that gets "host port" once the sandbox listens.')
    parser.add_argument("--quiet", action="store_true", help="Log no line per call.")


def run(options: argparse.Namespace) -> int:
    """Serve until SIGTERM or SIGINT; the exit code is 2 when the address or a file cannot be had."""
    if not options.quiet:
        _log_to_stderr()
    timings = Timings(latency_ms=options.latency_ms, chunk_ms=options.chunk_ms)
    try:
        given = read_vectors(options.vectors) if options.vectors else None
        server = SandboxServer((options.host, options.port), timings, _checkout_options(options), given)
    except (StateFileError, VectorFileError) as error:
        print(error, file=sys.stderr)
        return 2
    except (OSError, OverflowError) as error:
        print(_refusal(options.host, options.port, error), file=sys.stderr)
        return 2
    # SIGINT is ignored in processes that a shell started in the background, so it is claimed as well.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.default_int_handler)
    try:
        _announce(server, options.ready_file)
        server.serve_forever(poll_interval=0.2)
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()
        server.checkout.close()
    return 0


def _checkout_options(options: argparse.Namespace) -> CheckoutOptions:
    return CheckoutOptions(
        state_file=options.state_file,
        secrets=options.webhook_secrets or (DEFAULT_SECRET,),
        pay_later_seconds=options.pay_later_seconds,
    )


def _announce(server: SandboxServer, ready_file: Path | None) -> None:
    host, port = server.server_address[:2]
    print(f"ShareAI sandbox listens on http://{host!s}:{port}{BASE}", flush=True)
    if ready_file is not None:
        # Renamed into place, so that whoever waits for the file never reads half of it.
        waiting = ready_file.with_name(f"{ready_file.name}.{os.getpid()}")
        waiting.write_text(f"{host!s} {port}\n")
        waiting.replace(ready_file)


def _refusal(host: str, port: int, error: Exception) -> str:
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return f"Another program already listens on {host}:{port}: stop it or choose another --port."
    return f"The sandbox cannot listen on {host}:{port}: {error}."


def _log_to_stderr() -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", datefmt="%H:%M:%S"))
    logger = logging.getLogger("shareai_cms.sandbox")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m shareai_cms.sandbox", description=DESCRIPTION)
    add_arguments(parser)
    return run(parser.parse_args(arguments))


if __name__ == "__main__":
    sys.exit(main())
