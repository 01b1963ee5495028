"""A front of a server that speaks with nobody but under encryption, as servers in a network do."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NAME = "localhost"
REFUSAL = b"E\x00\x00\x00\x20SFATAL\x00C28000\x00Mno encryption\x00\x00"


@asynccontextmanager
async def encrypted(url: str, folder: Path) -> AsyncIterator[str]:
    """The URL of a front of the embedded server of this URL, for those who check its name and certificate."""
    path, (sockets,) = urlsplit(url).path, parse_qs(urlsplit(url).query)["host"]
    certificate, key = (folder / f"{path.strip('/')}.{kind}" for kind in ("pem", "key"))
    _certify(certificate, key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        length = int.from_bytes(await reader.readexactly(4))
        await reader.readexactly(length - 4)
        if length != 8:  # it does not ask for encryption
            writer.write(REFUSAL)
            writer.close()
            return
        writer.write(b"S")
        await writer.start_tls(context)
        inner_reader, inner_writer = await asyncio.open_unix_connection(f"{sockets}/.s.PGSQL.5432")
        await asyncio.gather(_pass(reader, inner_writer), _pass(inner_reader, writer), return_exceptions=True)

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as front:
        port = front.sockets[0].getsockname()[1]
        yield f"postgresql://postgres@{NAME}:{port}{path}?sslmode=verify-full&sslrootcert={certificate}"


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while piece := await reader.read(1 << 16):
            writer.write(piece)
            await writer.drain()
    finally:
        writer.close()


def _certify(certificate_file: Path, key_file: Path) -> None:
    """Write a certificate that vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    key_file.write_bytes(key.private_bytes(pem, *plain))
    certificate_file.write_bytes(certificate.public_bytes(pem))
