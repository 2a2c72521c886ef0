"""The base image is pinned anew from what a registry says: a real HTTP server that speaks as registries do."""

from __future__ import annotations

import importlib.util
import json
import threading
import urllib.parse
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import ModuleType

import pytest

from tests.deploy.conftest import REPOSITORY

DIGEST = "sha256:" + "ab" * 32
INDEX = "application/vnd.oci.image.index.v1+json"


class Registry(BaseHTTPRequestHandler):
    """One image, library/python:3.11; anonymous readers need a token first."""

    def do_GET(self) -> None:
        asked = urllib.parse.parse_qs(urllib.parse.urlparse(self.path).query)
        body = json.dumps({"token": f"for {asked['scope'][0]} at {asked['service'][0]}"}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_HEAD(self) -> None:
        scope = "repository:library/python:pull"
        if self.headers.get("Authorization") != f"Bearer for {scope} at registry.test":
            realm = f"http://{self.headers['Host']}/token"
            self.send_response(401)
            challenge = f'Bearer realm="{realm}",service="registry.test",scope="{scope}"'
            self.send_header("WWW-Authenticate", challenge)
        elif self.path == "/v2/library/python/manifests/3.11" and INDEX in self.headers["Accept"]:
            self.send_response(200)
            self.send_header("Docker-Content-Digest", DIGEST)
        else:
            self.send_response(404)
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Quiet."""


@pytest.fixture
def registry() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Registry)
    thread = threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True)
    thread.start()
    yield f"127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def repin() -> ModuleType:
    spec = importlib.util.spec_from_file_location("repin", REPOSITORY / "deploy/images/repin.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_digest_is_the_indexs(registry: str, repin: ModuleType) -> None:
    assert repin.digest_of(f"{registry}/library/python", "3.11", scheme="http") == DIGEST


def test_a_tag_that_is_not_there_is_told(registry: str, repin: ModuleType) -> None:
    with pytest.raises(repin.NoDigest, match="answers 404"):
        repin.digest_of(f"{registry}/library/python", "9.9", scheme="http")


def test_a_registry_that_cannot_be_reached_is_told(repin: ModuleType) -> None:
    with pytest.raises(repin.NoDigest, match="mirror"):
        repin.digest_of("127.0.0.1:1/library/python", "3.11", scheme="http")


def test_every_dockerfile_has_the_pin() -> None:
    pin = (REPOSITORY / "deploy/images/python_image.txt").read_text(encoding="utf-8").strip()
    for path in REPOSITORY.glob("services/*/Dockerfile"):
        assert f"\nARG PYTHON_IMAGE={pin}\n" in path.read_text(encoding="utf-8"), path
