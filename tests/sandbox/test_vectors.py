from __future__ import annotations

import base64
import json
import math
import struct
from array import array
from pathlib import Path
from typing import Any

import pytest
import requests

from shareai_cms.sandbox.embeddings import embed
from shareai_cms.sandbox.given import VectorFileError, key_of, read_vectors, write_vectors
from shareai_cms.sandbox.vectors import shortened
from tests.services import SandboxProcess

from .conftest import KEY, Client


def vectors_of(client: Client, fault: str = "", **body: Any) -> list[Any]:
    headers = {"X-ShareAI-Sandbox-Fault": fault} if fault else {}
    reply = client.post("/embeddings", json={"input": ["a harbour", "a recipe"], **body}, headers=headers)
    assert reply.status_code == 200, reply.text
    return [item["embedding"] for item in reply.json()["data"]]


class TestTheRequest:
    def test_of_fewer_dimensions_cuts_and_keeps_the_length(self, client: Client) -> None:
        [first, _] = vectors_of(client, dimensions=64)
        assert len(first) == 64
        assert math.isclose(math.hypot(*first), 1, abs_tol=1e-5)
        assert first == shortened(embed("a harbour"), 64)

    @pytest.mark.parametrize("dimensions", [0, -1, 385, "64", True, 1.5])
    def test_of_impossible_dimensions_is_refused_by_name(self, client: Client, dimensions: Any) -> None:
        reply = client.post("/embeddings", json={"input": "a", "dimensions": dimensions})
        assert (reply.status_code, reply.json()["error"]["param"]) == (400, "dimensions")

    def test_of_base64_gets_little_endian_floats(self, client: Client) -> None:
        [first, _] = vectors_of(client, encoding_format="base64")
        assert struct.unpack("<384f", base64.b64decode(first)) == pytest.approx(embed("a harbour"))

    @pytest.mark.parametrize(
        ("model", "answered"),
        [("", "sandbox-embedding"), ("sandbox-embedding", "sandbox-embedding"), ("large", "sandbox-large")],
    )
    def test_is_answered_by_one_model_whoever_names_it(self, client: Client, model: str, answered: str) -> None:
        assert client.post("/embeddings", json={"input": "a", "model": model}).json()["model"] == answered


class TestTheFaults:
    @pytest.mark.parametrize(
        ("fault", "sizes"),
        [
            ("vector-size", [383, 383]),
            ("vector-sizes", [384, 383]),
            ("vector-few", [384]),
            ("vector-many", [384, 384, 384]),
            ("empty", []),
            ("huge", [200_000, 200_000]),
        ],
    )
    def test_of_number_and_size(self, client: Client, fault: str, sizes: list[int]) -> None:
        assert [len(vector) for vector in vectors_of(client, fault)] == sizes

    def test_of_what_the_vectors_hold(self, client: Client) -> None:
        assert math.isnan(vectors_of(client, "vector-nan")[-1][0])
        assert set(vectors_of(client, "vector-zero")[-1]) == {0}
        assert isinstance(vectors_of(client, "vector-text")[0][0], str)
        assert isinstance(vectors_of(client, "vector-base64")[0], str)

    def test_of_the_order(self, client: Client) -> None:
        headers = {"X-ShareAI-Sandbox-Fault": "vector-order"}
        data = client.post("/embeddings", json={"input": ["a", "b"]}, headers=headers).json()["data"]
        assert [item["index"] for item in data] == [1, 0]
        assert data[1]["embedding"] == embed("a")

    def test_of_what_is_not_there(self, client: Client) -> None:
        client.sandbox.fault("no-embeddings")
        assert client.post("/embeddings", json={"input": "a"}).status_code == 404
        client.sandbox.fault("no-dimensions")
        assert client.post("/embeddings", json={"input": "a"}).status_code == 200
        refused = client.post("/embeddings", json={"input": "a", "dimensions": 64})
        assert (refused.status_code, refused.json()["error"]["param"]) == (400, "dimensions")

    @pytest.mark.parametrize(("fault", "usage"), [("no-usage", None), ("odd-usage", "many")])
    def test_of_the_tokens(self, client: Client, fault: str, usage: str | None) -> None:
        headers = {"X-ShareAI-Sandbox-Fault": fault}
        body = client.post("/embeddings", json={"input": "a"}, headers=headers).json()
        assert body.get("usage", {}).get("prompt_tokens") == usage

    def test_of_another_model(self, client: Client) -> None:
        reply = client.post("/embeddings", json={"input": "a", "model": "fault-other-model"})
        assert reply.json()["model"] == "another-model"


class TestGivenVectors:
    def test_are_served_whatever_the_case_and_the_spaces(self, tmp_path: Path) -> None:
        given = [0.6, 0.8, 0.0]
        write_vectors(tmp_path / "vectors.json", {"Fresh bread": array("f", given).tobytes()})
        with SandboxProcess(vectors=tmp_path / "vectors.json") as sandbox:
            reply = requests.post(
                f"{sandbox.url}/embeddings",
                json={"input": ["fresh  BREAD\n", "something else"]},
                headers={"Authorization": f"Bearer {KEY}"},
                timeout=20,
            )
        [known, other] = [item["embedding"] for item in reply.json()["data"]]
        assert known == given
        assert other == embed("something else")

    @pytest.mark.parametrize(
        "content",
        ["", "[]", "{}", '{"a": 1}', '{"a": "?"}', '{"a": "AAA="}', '{"a": "AAAAAA==", "b": "AAAAAAAAAAA="}'],
    )
    def test_of_a_wrong_file_are_refused(self, tmp_path: Path, content: str) -> None:
        path = tmp_path / "vectors.json"
        path.write_text(content)
        with pytest.raises(VectorFileError, match="vectors"):
            read_vectors(path)

    def test_are_found_by_a_key_that_is_fixed(self) -> None:
        assert key_of("Fresh  Bread") == key_of("fresh bread")
        assert key_of("a").startswith("ca978112")
        assert json.dumps(key_of("\ud800"))
