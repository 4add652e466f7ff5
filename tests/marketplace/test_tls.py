"""The same over TLS, where a socket is wrapped in another."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from shareai_cms.errors import ActionCancelled, MarketplaceTimeout, MarketplaceUnreachable
from shareai_cms.marketplace import Cancellation, Connection, complete, stream
from tests.marketplace.conftest import KEY, Configure, a_request
from tests.marketplace.peer import Exchange, Peer, chat, chunk, head, piece, whole
from tests.marketplace.test_cancellation import AT_ONCE, Running


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for this machine that signs itself, with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    names: list[x509.GeneralName] = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def tls_peer(configure: Configure, certificate: Path) -> Iterator[Peer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with Peer(tls=context) as peer:
        yield peer


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))


def to(peer: Peer) -> Connection:
    return Connection(base_url=peer.url, api_key=KEY)


@pytest.mark.usefixtures("trusted")
class TestOverTLS:
    def test_calls_share_a_connection(self, tls_peer: Peer) -> None:
        tls_peer.then(whole(chat("One.")), whole(chat("Two.")))
        assert [complete(to(tls_peer), a_request()).text for _ in range(2)] == ["One.", "Two."]
        assert tls_peer.connections == 1

    def test_cancel_ends_a_blocked_read(self, tls_peer: Peer) -> None:
        gone = threading.Event()

        def say(exchange: Exchange) -> None:
            exchange.send(head(content_type="text/event-stream", Transfer_Encoding="chunked") + chunk(piece("Text.")))
            exchange.wait_until_client_leaves()
            gone.set()

        tls_peer.then(say)
        cancellation = Cancellation()
        running = Running(lambda: stream(to(tls_peer), a_request(), cancellation=cancellation))
        assert running.has_part.wait(20)
        cancellation.cancel()
        running.end()
        assert isinstance(running.error, ActionCancelled)
        assert running.parts == ["Text."]
        assert gone.wait(AT_ONCE)

    def test_cancel_ends_a_wait_for_the_headers(self, tls_peer: Peer) -> None:
        tls_peer.then(Exchange.wait_until_client_leaves)
        cancellation = Cancellation()
        running = Running(lambda: stream(to(tls_peer), a_request(), cancellation=cancellation))
        tls_peer.wait_for_requests(1)
        cancellation.cancel()
        running.end()
        assert isinstance(running.error, ActionCancelled)


class TestTLSThatFails:
    def test_with_a_certificate_of_nobody(self, tls_peer: Peer) -> None:
        with pytest.raises(MarketplaceUnreachable, match="TLS CERTIFICATE_VERIFY_FAILED") as caught:
            complete(to(tls_peer), a_request())
        assert len(vars(caught.value)["attempts"]) == 3
        assert tls_peer.requests == []

    def test_with_a_server_that_speaks_none(self, configure: Configure) -> None:
        configure(MAX_ATTEMPTS=1)
        with (
            Listener(b"HTTP/1.1 400 Bad Request\r\n\r\n") as server,
            pytest.raises(MarketplaceUnreachable, match="TLS"),
        ):
            complete(Connection(base_url=f"https://127.0.0.1:{server.port}", api_key=KEY), a_request())

    def test_with_a_handshake_that_stalls(self, configure: Configure) -> None:
        configure(CONNECT_TIMEOUT=0.3)
        with Listener() as server, pytest.raises(MarketplaceTimeout):
            complete(Connection(base_url=f"https://127.0.0.1:{server.port}", api_key=KEY), a_request())

    def test_with_a_handshake_that_is_cancelled(self, configure: Configure) -> None:
        configure(CONNECT_TIMEOUT=30)
        with Listener() as server:
            connection = Connection(base_url=f"https://127.0.0.1:{server.port}", api_key=KEY)
            cancellation = Cancellation()
            running = Running(lambda: stream(connection, a_request(), cancellation=cancellation))
            assert server.has_hello.wait(20)
            cancellation.cancel()
            running.end()
        assert isinstance(running.error, ActionCancelled)


class Listener:
    """Takes one connection, reads its first bytes, perhaps says something, and then nothing more."""

    def __init__(self, says: bytes = b"") -> None:
        self._says = says
        self._over = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self.port = self._listener.getsockname()[1]
        self.has_hello = threading.Event()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(20)
        self._listener.close()

    def _serve(self) -> None:
        sock, _ = self._listener.accept()
        with sock:
            sock.recv(64)
            self.has_hello.set()
            sock.sendall(self._says)
            self._over.wait(20)
