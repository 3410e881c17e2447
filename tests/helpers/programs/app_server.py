"""The App's server, and the requests that reach it: the App's and those of others."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import fiftyone as fo
import fiftyone.constants as foc
import requests
from fiftyone.operators.executor import ExecutionContext, Executor
from helpers.programs.own_database import free_port

FOREIGN = {"Content-Type": "text/plain", "Origin": "http://elsewhere.example"}
"""What a page of another site can send with a request, without being asked first."""

OF_THE_APP = {
    "current_sample": None,
    "selected": [],
    "selected_labels": [],
    "selected_samples": [],
    "sample_selection_style": {},
    "prompt_id": "1",
}
"""What the App says in its requests, beside what is asked for."""


class AppServer:
    """A server of its own process, as `fiftyone app launch` starts one.

    Args:
        environment: variables that it gets, beside those of this process
    """

    def __init__(self, **environment: str) -> None:
        self.url = f"http://127.0.0.1:{free_port()}"
        port = self.url.rpartition(":")[2]
        self._process = subprocess.Popen(
            [sys.executable, "main.py", "--port", port, "--address", "127.0.0.1"],
            cwd=foc.SERVER_DIR,
            env=os.environ | environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._wait()

    def send(
        self, uri: str, dataset: fo.Dataset | None = None, **params: Any
    ) -> dict[str, Any]:
        """Executes an operator as a foreign page can: plain text, another origin."""
        body = {"operator_uri": uri, "params": params}
        if dataset is not None:
            body["dataset_name"] = dataset.name
        answer: dict[str, Any] = self._post("execute", body, FOREIGN).json()
        return answer

    def stream(
        self, uri: str, dataset: fo.Dataset | None = None, **params: Any
    ) -> list[dict[str, Any]]:
        """Executes an operator as the App does; the lines of the answer."""
        body = {"operator_uri": uri, "params": params} | OF_THE_APP
        if dataset is not None:
            body["dataset_name"] = dataset.name
        answer = self._post("execute/generator", body, {})
        return [json.loads(line) for line in answer.text.splitlines()]

    def close(self) -> None:
        """Ends the server."""
        self._process.terminate()
        self._process.wait(60)

    def _post(
        self, path: str, body: dict[str, Any], headers: dict[str, str]
    ) -> requests.Response:
        url = f"{self.url}/operators/{path}"
        return requests.post(url, json.dumps(body), headers=headers, timeout=120)

    def _wait(self) -> None:
        until = time.monotonic() + 120
        while time.monotonic() < until:
            assert self._process.poll() is None, "The App's server ended"
            try:
                requests.get(f"{self.url}/fiftyone", timeout=10)
            except requests.ConnectionError:
                time.sleep(0.2)
            else:
                return
        raise TimeoutError("The App's server did not start")


def app_context(uri: str, samples: Any, **params: Any) -> ExecutionContext:
    """The context of a request of the App.

    Args:
        uri: the operator
        samples: the dataset that is open, or the view; None for none
        **params: what the form holds
    """
    request = {"operator_uri": uri, "params": params} | OF_THE_APP
    if samples is not None:
        request["dataset_name"] = samples._root_dataset.name
    if isinstance(samples, fo.DatasetView):
        request["view"] = samples._serialize()
    return ExecutionContext(request, executor=Executor(), operator_uri=uri)


def write_secret(path: Path) -> str:
    """Writes a file that nobody should get to read; returns what is in it."""
    secret = "the-password-is-4711"
    path.write_text(f"{secret}\n" * 3)
    return secret
