"""Drives the stand-in plugin without an engine: the servicer's methods, with plain Python on both sides."""

from typing import Any

import grpc
from pulumi.runtime.proto import provider_pb2 as pb

from sandbox.aws_plugin.provider import Provider
from sandbox.aws_plugin.values import Values, decode, encode

SANDBOX = {
    "region": "eu-west-1",
    "accessKey": "test",
    "secretKey": "test",
    "skipCredentialsValidation": "true",
    "endpoints": '[{"ec2": "http://127.0.0.1:1", "sts": "http://127.0.0.1:1"}]',
}


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
