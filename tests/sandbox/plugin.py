"""Drives the stand-in plugin without an engine: the servicer's methods, with plain Python on both sides."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import grpc
from pulumi.runtime.proto import provider_pb2 as pb

from sandbox.aws_plugin.provider import Provider
from sandbox.aws_plugin.types import TYPES
from sandbox.aws_plugin.values import Values, decode, encode
from tests.support.aws_api import serving

SANDBOX = {
    "region": "eu-west-1",
    "accessKey": "test",
    "secretKey": "test",
    "skipCredentialsValidation": "true",
    "endpoints": '[{"ec2": "http://127.0.0.1:1", "sts": "http://127.0.0.1:1"}]',
}


SERVICES = ("ec2", "sts", "iam", "route53", "route53resolver", "s3", "servicequotas")


class AbortedError(Exception):
    """What a call ends with when the plugin answers with an error."""

    def __init__(self, code: grpc.StatusCode, details: str) -> None:
        super().__init__(details)
        self.code = code


class Context:
    """The part of a gRPC context that the plugin uses."""

    def abort(self, code: grpc.StatusCode, details: str) -> None:
        """Ends the call, as gRPC does."""
        raise AbortedError(code, details)


def urn(token: str, name: str = "thing") -> str:
    """A URN with a component above the resource, as the project's resources have."""
    return f"urn:pulumi:dev::project::house:index:Component${token}::{name}"


class Plugin:
    """A configured plugin. Every method takes and gives plain values."""

    def __init__(self, config: Values | None = None) -> None:
        self.servicer = Provider()
        self.context: Any = Context()
        if config is not None:
            self.servicer.Configure(pb.ConfigureRequest(args=encode(config)), self.context)

    def check_config(self, config: Values) -> str:
        """The refusal of a provider configuration; empty when it is accepted."""
        answer = self.servicer.CheckConfig(pb.CheckRequest(news=encode(config)), self.context)
        # With a property's name the engine would print its value, which may be a real key.
        assert all(not failure.property for failure in answer.failures)
        return "\n".join(failure.reason for failure in answer.failures)

    def check(self, token: str, news: Values, olds: Values | None = None, seed: bytes = b"seed") -> Any:
        """(checked inputs, failures by property)"""
        request = pb.CheckRequest(urn=urn(token), news=encode(news), olds=encode(olds or {}), randomSeed=seed)
        answer = self.servicer.Check(request, self.context)
        return decode(answer.inputs), {failure.property: failure.reason for failure in answer.failures}

    def inputs(self, token: str, news: Values, olds: Values | None = None) -> Values:
        """Checked inputs that must have no failures."""
        inputs, failures = self.check(token, news, olds)
        assert not failures, failures
        return dict(inputs)

    def diff(
        self, token: str, state: Values, news: Values, old_inputs: Values | None = None
    ) -> pb.DiffResponse:
        """The plugin's answer as it is."""
        request = pb.DiffRequest(
            urn=urn(token), olds=encode(state), news=encode(news), old_inputs=encode(old_inputs or {})
        )
        return self.servicer.Diff(request, self.context)

    def create(self, token: str, inputs: Values, preview: bool = False) -> Values:
        """The outputs of a create."""
        request = pb.CreateRequest(urn=urn(token), properties=encode(inputs), preview=preview)
        return decode(self.servicer.Create(request, self.context).properties)

    def make(self, token: str, news: Values) -> Values:
        """Check and create."""
        return self.create(token, self.inputs(token, news))

    def update(
        self, token: str, olds: Values, news: Values, old_inputs: Values, preview: bool = False
    ) -> Values:
        """The outputs of an update in place."""
        request = pb.UpdateRequest(
            id=olds["id"],
            urn=urn(token),
            olds=encode(olds),
            news=encode(news),
            old_inputs=encode(old_inputs),
            preview=preview,
        )
        return decode(self.servicer.Update(request, self.context).properties)

    def read(self, token: str, id_: str, state: Values, inputs: Values) -> tuple[Values, Values] | None:
        """(outputs, inputs), or None when the resource is gone."""
        request = pb.ReadRequest(id=id_, urn=urn(token), properties=encode(state), inputs=encode(inputs))
        answer = self.servicer.Read(request, self.context)
        return (decode(answer.properties), decode(answer.inputs)) if answer.id else None

    def delete(self, token: str, state: Values) -> None:
        """Deletes."""
        request = pb.DeleteRequest(id=state["id"], urn=urn(token), properties=encode(state))
        self.servicer.Delete(request, self.context)

    def call(self, token: str, **arguments: Any) -> Values:
        """What a function answers."""
        request = pb.InvokeRequest(tok=token, args=encode(arguments))
        return decode(getattr(self.servicer.Invoke(request, self.context), "return"))

    def api(self, service: str, region: str = "eu-west-1") -> Any:
        """A client of the plugin's own, to look behind its back."""
        assert self.servicer.target is not None
        return self.servicer.target.client(service, region)


@contextmanager
def on_moto() -> Iterator[Plugin]:
    """A plugin configured for a moto server of its own."""
    with serving() as port:
        yield Plugin({**SANDBOX, "endpoints": [dict.fromkeys(SERVICES, f"http://127.0.0.1:{port}")]})


def filled(value: Any, world: dict[str, str]) -> Any:
    """Values with `@name` replaced by that thing's id."""
    if isinstance(value, dict):
        return {key: filled(each, world) for key, each in value.items()}
    if isinstance(value, list):
        return [filled(each, world) for each in value]
    return world[value[1:]] if isinstance(value, str) and value.startswith("@") else value


def round_trip(plugin: Plugin, token: str, news: Values, changed: Values | None) -> None:
    """Creates, reads, updates and deletes; `changed` are the inputs after a change in place, if there is one."""
    inputs = plugin.inputs(token, news)
    promised = plugin.create(token, inputs, preview=True)
    state = plugin.create(token, inputs)
    table = TYPES[token].properties
    assert (
        {name for name, prop in table.items() if not prop.null} | {"id"} <= set(state) <= set(table) | {"id"}
    )
    assert set(promised) <= set(table) | {"id"}
    assert plugin.diff(token, state, inputs, inputs).changes == pb.DiffResponse.DIFF_NONE
    assert plugin.read(token, state["id"], state, inputs) == (state, inputs)

    if changed is not None:
        new_inputs = plugin.inputs(token, changed, inputs)
        answer = plugin.diff(token, state, new_inputs, inputs)
        assert {name for name in changed if changed[name] != news.get(name)} <= set(answer.diffs)
        assert not answer.replaces
        state = plugin.update(token, state, new_inputs, inputs)
        assert plugin.diff(token, state, new_inputs, new_inputs).changes == pb.DiffResponse.DIFF_NONE
        assert plugin.read(token, state["id"], state, new_inputs) == (state, new_inputs)
        if changed.get("tags") != news.get("tags"):
            assert state["tagsAll"] == changed["tags"]

    plugin.delete(token, state)
    if not token.endswith(":VpcEndpointPolicy"):  # an endpoint always has a policy
        assert plugin.read(token, state["id"], state, inputs) is None
    plugin.delete(token, state)
