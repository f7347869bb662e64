"""What the modules that call the AWS API share: the clients, the operations of a type, names and tags."""

import threading
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from sandbox.aws_plugin.guard import Target
from sandbox.aws_plugin.values import Values

Ec2 = Any  # a boto3 client: boto3 makes its methods at run time
Client = Any  # the same of another service


@dataclass(frozen=True)
class Clients:
    """The clients of one Region, each made when it is first asked for."""

    target: Target
    region: str
    made: dict[str, Client] = field(default_factory=dict)
    making: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, service: str) -> Client:
        """The client of a service, by boto3's name of it."""
        # Making one takes long, and calls come many at once.
        with self.making:
            if service not in self.made:
                self.made[service] = self.target.client(service, self.region)
            return self.made[service]


class FailedError(Exception):
    """What the official plugin would answer with as well; the message is its own."""


class Handler:
    """The operations of one resource type. `state` holds the last outputs, right after a create the inputs.

    `read` answers with what AWS says, under AWS's names or under Pulumi's, or with None if there is nothing.
    `update` changes everything but tags in place; it returns the new id in the cases where there is one.
    """

    needs_state = False  # whether a read takes more than the id, so that there is no import by id
    service = "ec2"  # whose client the operations get

    def create(self, ec2: Ec2, inputs: Values) -> str:
        raise NotImplementedError

    def read(self, ec2: Ec2, id_: str, state: Values) -> Values | None:
        raise NotImplementedError

    def update(self, ec2: Ec2, id_: str, olds: Values, news: Values, changed: set[str]) -> str | None:
        """Nothing, for the types where tags are all that can change in place."""

    def delete(self, ec2: Ec2, id_: str, state: Values) -> None:
        raise NotImplementedError

    def tag(self, ec2: Ec2, id_: str, tags: Values, gone: list[str]) -> None:
        """Sets tags and takes others away: one pair of calls for all of EC2."""
        if gone:
            ec2.delete_tags(Resources=[id_], Tags=[{"Key": key} for key in gone])
        if tags:
            ec2.create_tags(Resources=[id_], Tags=tag_list(tags))


MISSING = {"NoSuchEntity", "NoSuchHostedZone", "ResourceNotFoundException"}


def api_name(name: str) -> str:
    """`vpcId` -> `VpcId`: Pulumi's names begin small, EC2's do not."""
    return name[0].upper() + name[1:]


def not_found(error: ClientError) -> bool:
    """Whether AWS says that something is not there: EC2 has a code for each kind of thing."""
    code = str(error.response.get("Error", {}).get("Code", ""))
    return code.endswith(".NotFound") or code in MISSING


def tag_list(tags: Values) -> list[dict[str, str]]:
    """Tags as EC2 takes them."""
    return [{"Key": key, "Value": value} for key, value in sorted(tags.items())]


def tag_specification(kind: str, inputs: Values) -> list[dict[str, Any]]:
    """The `TagSpecifications` of a create call; EC2 refuses an empty set of tags."""
    return [{"ResourceType": kind, "Tags": tag_list(inputs["tags"])}] if inputs.get("tags") else []
