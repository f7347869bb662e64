"""Pulumi's servers on loopback: what lies where, what was asked for, and what goes wrong with it."""

from __future__ import annotations

import contextlib
import hashlib
import io
import tarfile
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from sandbox.bootstrap import aws_plugin, plugin_archive


class Releases:
    """Files by path. A path in `moved` is answered with a redirect, one in `cut` with half of its file and a broken line."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.moved: dict[str, str] = {}
        self.cut: set[str] = set()
        self.asked: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append(self.path)
                if self.path in outer.moved:
                    self.send_response(302)
                    self.send_header("Location", outer.moved[self.path])
                    self.end_headers()
                    return
                body = outer.files.get(self.path)
                self.send_response(200 if body is not None else 404)
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                with contextlib.suppress(OSError):
                    self.wfile.write(
                        (body or b"")[: len(body or b"") // 2 if self.path in outer.cut else None]
                    )

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def plugin(
        self, archive: bytes, version: str, *, sums: str = "", algorithm: str = "sha1"
    ) -> tuple[str, str]:
        """Lay out a plugin's release as its workflow does; the paths of archive and sums. `sums` replaces the true ones."""
        name = plugin_archive.name(version)
        digest = hashlib.new(algorithm, archive, usedforsecurity=False).hexdigest()
        other = f"{'0' * len(digest)}  ./{name.replace('linux', 'plan9').replace('darwin', 'plan9')}\n"
        places = (f"/download/v{version}/{name}", f"/plugins/pulumi-aws_{version}_checksums.txt")
        self.files[places[0]] = archive
        self.files[places[1]] = (sums or f"{other}{digest}  ./{name}\n").encode()
        return places


@contextlib.contextmanager
def released(monkeypatch: Any) -> Iterator[Releases]:
    """Servers that the set-up takes for Pulumi's."""
    releases = Releases()
    monkeypatch.setattr(aws_plugin, "SERVER", releases.url)
    monkeypatch.setattr(plugin_archive, "ARCHIVES", releases.url + "/download/v{version}")
    monkeypatch.setattr(plugin_archive, "SUMS", releases.url + "/plugins/pulumi-aws_{version}_checksums.txt")
    try:
        yield releases
    finally:
        releases.close()


def tarball(members: Mapping[str, bytes]) -> bytes:
    """A .tar.gz of programs."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz", compresslevel=1) as tar:
        for name, body in members.items():
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(body), 0o755
            tar.addfile(member, io.BytesIO(body))
    return content.getvalue()
