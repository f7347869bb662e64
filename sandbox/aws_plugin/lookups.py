"""What the functions have in common: their table, filters, and the official plugin's words for what fails."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from sandbox.aws_plugin.api import Client, Clients, FailedError, not_found
from sandbox.aws_plugin.guard import RefusedError
from sandbox.aws_plugin.values import Values

Body = Callable[[Clients, Values], Values]


@dataclass(frozen=True)
class Function:
    """A function: the arguments it knows and what it does with them."""

    arguments: frozenset[str]
    body: Body


FUNCTIONS: dict[str, Function] = {}


def function(token: str, arguments: str) -> Callable[[Body], Body]:
    """Puts a function into the table, with the names of its arguments other than `region`."""

    def register(body: Body) -> Body:
        FUNCTIONS[token] = Function(frozenset(("region", *arguments.split())), body)
        return body

    return register


def call(token: str, aws: Clients, arguments: Values) -> Values:
    """The answer of a function, or its error in the words of the official plugin."""
    known = FUNCTIONS.get(token)
    if known is None:
        raise RefusedError(f"it does not know the function {token}; known: {', '.join(sorted(FUNCTIONS))}")
    if surprising := sorted(arguments.keys() - known.arguments):
        raise RefusedError(
            f"it does not know the argument {', '.join(surprising)} of {token}; "
            f"known: {', '.join(sorted(known.arguments))}"
        )
    try:
        answer = known.body(aws, arguments)
    except FailedError as error:
        raise FailedError(f"invoking {token}: 1 error occurred:\n\t* {error}\n\n") from None
    return {"region": aws.region, **answer}


def asked(aws: Clients, service: str, kind: str, operation: str, **request: Any) -> Values:
    """One call of the API; whatever it refuses is told with its code, as the official plugin does."""
    client: Client = aws(service)
    try:
        answer: Values = getattr(client, operation)(**request)
    except ClientError as error:
        if not_found(error):
            return {}
        raise FailedError(f"reading {kind}: {told(client, error)}") from None
    return answer


def told(client: Client, error: ClientError) -> str:
    """An error of the API as the official plugin words it."""
    meta, said = error.response.get("ResponseMetadata", {}), error.response.get("Error", {})
    return (
        f"operation error {client.meta.service_model.service_id}: {error.operation_name}, https response error StatusCode: "
        f"{meta.get('HTTPStatusCode')}, RequestID: {meta.get('RequestId', '')}, "
        f"api error {said.get('Code')}: {said.get('Message')}"
    )


def single(kind: str, found: list[Values]) -> Values:
    """The one thing that was looked for."""
    if not found:
        raise FailedError(f"no matching {kind} found")
    if len(found) > 1:
        raise FailedError(
            f"multiple {kind}s matched; use additional constraints to reduce matches to a single {kind}"
        )
    return found[0]


def filters(arguments: Values, **attributes: str) -> list[Values]:
    """The filters of a Describe call: the arguments under their EC2 names, tags, and the program's own."""
    named = [(api.replace("_", "-"), arguments.get(name)) for api, name in attributes.items()]
    found = [{"Name": api, "Values": [str(value)]} for api, value in named if value]
    found += [{"Name": f"tag:{key}", "Values": [value]} for key, value in arguments.get("tags", {}).items()]
    return found + [
        {"Name": each["name"], "Values": list(each["values"])} for each in arguments.get("filters", [])
    ]


def some(key: str, values: Iterable[Any]) -> dict[str, list[Any]]:
    """An argument of a call that may not be an empty list."""
    given = [value for value in values if value]
    return {key: given} if given else {}


def tags(found: Mapping[str, Any], key: str = "Tags") -> dict[str, str]:
    """The tags of a thing, without AWS's own."""
    pairs = {tag["Key"]: tag["Value"] for tag in found.get(key) or []}
    return {name: value for name, value in pairs.items() if not name.startswith("aws:")}


def arn(aws: Clients, owner: str, resource: str, service: str = "ec2") -> str:
    """The ARN of a thing that the API tells without."""
    return f"arn:{aws(service).meta.partition}:{service}:{aws.region}:{owner}:{resource}"
