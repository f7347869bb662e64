# ruff: noqa: ARG002, N802  (names and arguments are the protocol's)
"""The gRPC service of the sandbox's stand-in for the `aws` plugin: a test double, not the official plugin."""

import functools
import os
import sys
from collections.abc import Callable
from concurrent import futures
from importlib import metadata
from typing import Any, TypeVar

import grpc
from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError
from botocore.parsers import ResponseParserError
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2
from pulumi.runtime.proto import provider_pb2 as pb
from pulumi.runtime.proto import provider_pb2_grpc as rpc

from sandbox.aws_plugin import functions, resources
from sandbox.aws_plugin.accounts import sign_in
from sandbox.aws_plugin.api import Clients, FailedError
from sandbox.aws_plugin.check import CONSEQUENCES, DEFAULTS, changes, check, delete_first, promised
from sandbox.aws_plugin.guard import RefusedError, Target, refusal, target
from sandbox.aws_plugin.schema import schema
from sandbox.aws_plugin.table import ResourceType
from sandbox.aws_plugin.types import TYPES
from sandbox.aws_plugin.values import Values, decode, encode, same

VERSION = metadata.version("pulumi-aws")
MESSAGE_LIMIT = 64 << 20
Call = TypeVar("Call", bound=Callable[..., Any])


def _clean(call: Call) -> Call:
    """Turns what is refused, and what the AWS API answers, into an error of one readable message."""

    @functools.wraps(call)
    def answer(self: "Provider", request: Any, context: grpc.ServicerContext) -> Any:
        try:
            return call(self, request, context)
        except RefusedError as error:
            context.abort(
                grpc.StatusCode.INVALID_ARGUMENT, f"the sandbox's stand-in for the aws plugin: {error}"
            )
        except EndpointConnectionError as error:
            text = (
                f"nothing answers at {error.kwargs['endpoint_url']}; is the sandbox's AWS API (moto) running?"
            )
            context.abort(grpc.StatusCode.UNAVAILABLE, text)
        except FailedError as error:
            context.abort(grpc.StatusCode.UNKNOWN, str(error))
        except ResponseParserError:
            text = "the sandbox's AWS API (moto) broke on a call: it does not know one of its parameters or filters"
            context.abort(grpc.StatusCode.UNKNOWN, text)
        except (ClientError, BotoCoreError) as error:
            context.abort(grpc.StatusCode.UNKNOWN, f"the sandbox's AWS API (moto): {error}")

    return answer  # type: ignore[return-value]  # the wrapper has the wrapped method's signature


class Provider(rpc.ResourceProviderServicer):
    """Answers the Pulumi engine. It is of no use before `Configure` accepted a loopback target."""

    def __init__(self) -> None:
        self.target: Target | None = None
        self.clients: dict[str, Clients] = {}

    def GetPluginInfo(self, request: Any, context: Any) -> plugin_pb2.PluginInfo:
        """The version of the locked SDK, marked as a double."""
        return plugin_pb2.PluginInfo(version=f"{VERSION}+sandbox-stand-in")

    def GetSchema(self, request: Any, context: Any) -> pb.GetSchemaResponse:
        """The types that the stand-in knows: YAML programs ask for it."""
        return pb.GetSchemaResponse(schema=schema(VERSION))

    def Attach(self, request: Any, context: Any) -> empty_pb2.Empty:
        """Nothing: there are no callbacks to an engine."""
        return empty_pb2.Empty()

    def Cancel(self, request: Any, context: Any) -> empty_pb2.Empty:
        """Nothing: every call is over within moments."""
        return empty_pb2.Empty()

    @_clean
    def CheckConfig(self, request: pb.CheckRequest, context: Any) -> pb.CheckResponse:
        """Refuses every configuration that is not the sandbox's."""
        # A failure that names its property makes the engine print the value, which may be a real key.
        found = refusal(decode(request.news), VERSION)
        failures = (
            [pb.CheckFailure(reason=f"the sandbox's stand-in for the aws plugin {found}")] if found else []
        )
        return pb.CheckResponse(inputs=request.news, failures=failures)

    @_clean
    def DiffConfig(self, request: pb.DiffRequest, context: Any) -> pb.DiffResponse:
        """Another Region replaces everything, as with the official plugin; anything else changes nothing.

        So it is with another role, too: the stack's resources count as unchanged, in an account that has none of them.
        """
        olds, news = decode(request.old_inputs) or decode(request.olds), decode(request.news)
        moved = olds.get("region") != news.get("region")
        verdict = pb.DiffResponse.DIFF_SOME if moved else pb.DiffResponse.DIFF_NONE
        return pb.DiffResponse(changes=verdict, replaces=["region"] if moved else [])

    @_clean
    def Configure(self, request: pb.ConfigureRequest, context: Any) -> pb.ConfigureResponse:
        """Takes the loopback target and assumes the roles there, or refuses."""
        named = {key.rsplit(":", 1)[-1]: value for key, value in request.variables.items()}
        config = decode(request.args) or named
        self.target = sign_in(target(config, VERSION), config)
        return pb.ConfigureResponse(supportsPreview=True)

    @_clean
    def Check(self, request: pb.CheckRequest, context: Any) -> pb.CheckResponse:
        """Fills in Region, defaults and automatic names; names what the stand-in does not know."""
        rtype, region = _rtype(request.urn), self._target().region
        inputs, failures = check(
            rtype, decode(request.news), decode(request.olds), request.urn, request.randomSeed, region
        )
        found = [pb.CheckFailure(property=key, reason=reason) for key, reason in sorted(failures.items())]
        return pb.CheckResponse(inputs=encode(inputs), failures=found)

    @_clean
    def Diff(self, request: pb.DiffRequest, context: Any) -> pb.DiffResponse:
        """What an update would change, and whether it replaces."""
        rtype, state, news = _rtype(request.urn), decode(request.olds), decode(request.news)
        found = changes(rtype, state, decode(request.old_inputs), news)
        replaces = [change.name for change in found if change.replace]
        kinds = {
            c.name: pb.PropertyDiff.Kind.Value(f"{c.verb}_REPLACE" if c.replace else c.verb) for c in found
        }
        return pb.DiffResponse(
            changes=pb.DiffResponse.DIFF_SOME if found else pb.DiffResponse.DIFF_NONE,
            diffs=[*kinds, *(CONSEQUENCES[name] for name in kinds if name in CONSEQUENCES)],
            replaces=replaces,
            deleteBeforeReplace=bool(replaces) and delete_first(rtype, news),
            detailedDiff={name: pb.PropertyDiff(kind=kind) for name, kind in kinds.items()},
            hasDetailedDiff=True,
        )

    @_clean
    def Create(self, request: pb.CreateRequest, context: Any) -> pb.CreateResponse:
        """Creates a resource, or at preview promises what is known of it."""
        rtype, inputs = _rtype(request.urn), decode(request.properties)
        if request.preview:
            return pb.CreateResponse(properties=encode(promised(rtype, inputs)))
        values = resources.create(rtype, self._aws(inputs), inputs)
        return pb.CreateResponse(id=values["id"], properties=encode(values))

    @_clean
    def Read(self, request: pb.ReadRequest, context: Any) -> pb.ReadResponse:
        """The resource as it is now, for a refresh or an import; an empty answer when it is gone."""
        rtype, state, old_inputs = _rtype(request.urn), decode(request.properties), decode(request.inputs)
        if "region" in rtype.inputs:
            state.setdefault("region", self._target().region)
        handler = resources.HANDLERS[rtype.token]
        if handler.needs_state and (
            missing := [n for n, p in rtype.inputs.items() if p.required and n not in state]
        ):
            raise RefusedError(
                f"{rtype.token} cannot be imported by id alone; it would need {', '.join(missing)}"
            )
        values = resources.read(rtype, self._aws(state), state.get("id", request.id), state)
        if values is None:
            return pb.ReadResponse()
        return pb.ReadResponse(
            id=values["id"], properties=encode(values), inputs=encode(_refreshed(rtype, old_inputs, values))
        )

    @_clean
    def Update(self, request: pb.UpdateRequest, context: Any) -> pb.UpdateResponse:
        """Changes a resource in place, or at preview promises what is known of it afterwards."""
        rtype, olds, news = _rtype(request.urn), decode(request.olds), decode(request.news)
        if request.preview:
            return pb.UpdateResponse(properties=encode(promised(rtype, news, olds)))
        changed = {change.name for change in changes(rtype, olds, decode(request.old_inputs), news)}
        id_ = olds.get("id", request.id)
        values = resources.update(rtype, self._aws(news), id_, olds, news, changed)
        return pb.UpdateResponse(properties=encode(values))

    @_clean
    def Delete(self, request: pb.DeleteRequest, context: Any) -> empty_pb2.Empty:
        """Deletes a resource; one that is gone already is as good."""
        rtype, state = _rtype(request.urn), decode(request.properties)
        resources.delete(rtype, self._aws(state), state.get("id", request.id), state)
        return empty_pb2.Empty()

    @_clean
    def Invoke(self, request: pb.InvokeRequest, context: Any) -> pb.InvokeResponse:
        """What a function answers: what is there already, in the Region that its arguments may name."""
        arguments = decode(request.args)
        answer = pb.InvokeResponse()
        getattr(answer, "return").CopyFrom(
            encode(functions.call(request.tok, self._aws(arguments), arguments))
        )
        return answer

    def _target(self) -> Target:
        if self.target is None:
            raise RefusedError("it was used before it was configured")
        return self.target

    def _aws(self, values: Values) -> Clients:
        """The clients for a resource's Region, which a resource may set for itself."""
        region = values.get("region", self._target().region)
        return self.clients.setdefault(region, Clients(self._target(), region))


def _rtype(urn: str) -> ResourceType:
    token = urn.split("::")[2].rsplit("$", 1)[-1]
    if token not in TYPES:
        raise RefusedError(f"it does not know the resource type {token}; known: {', '.join(sorted(TYPES))}")
    return TYPES[token]


def _refreshed(rtype: ResourceType, old_inputs: Values, values: Values) -> Values:
    """The inputs that would make what is there: the old ones that still say the same; for an import all."""
    names = old_inputs.keys() if old_inputs else rtype.inputs.keys()
    inputs: Values = {DEFAULTS: old_inputs.get(DEFAULTS, [])} if rtype.bridged_defaults else {}
    for name in names & rtype.inputs.keys():
        now = values.get(name)
        keep = name in old_inputs and same(rtype.inputs[name].kind, now, old_inputs[name])
        if keep or now not in (None, "", [], {}):
            inputs[name] = old_inputs[name] if keep else now
    if "tags" in values:
        inputs.setdefault("tags", values["tags"])
    return inputs


def serve() -> None:
    """Serves on a free loopback port, printed for the engine, for as long as the engine lives."""
    engine = os.getppid()
    options = [
        ("grpc.max_receive_message_length", MESSAGE_LIMIT),
        ("grpc.max_send_message_length", MESSAGE_LIMIT),
    ]
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=16), options=options)
    rpc.add_ResourceProviderServicer_to_server(Provider(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    # An engine that is killed does not end its plugins; none may be left behind.
    while server.wait_for_termination(timeout=1) and os.getppid() == engine:
        pass
