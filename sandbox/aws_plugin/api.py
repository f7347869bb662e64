"""What the modules that call the EC2 API share: the operations of a type, names and tags."""

from typing import Any

from botocore.exceptions import ClientError

from sandbox.aws_plugin.values import Values

Ec2 = Any  # a boto3 client: boto3 makes its methods at run time


class Handler:
    """The operations of one resource type. `state` holds the last outputs, right after a create the inputs.

    `read` answers with what AWS says, under AWS's names or under Pulumi's, or with None if there is nothing.
    `update` changes everything but tags in place; it returns the new id in the one case where there is one.
    """

    needs_state = False  # whether a read takes more than the id, so that there is no import by id

    def create(self, ec2: Ec2, inputs: Values) -> str:
        raise NotImplementedError

    def read(self, ec2: Ec2, id_: str, state: Values) -> Values | None:
        raise NotImplementedError

    def update(self, ec2: Ec2, id_: str, olds: Values, news: Values, changed: set[str]) -> str | None:
        """Nothing, for the types where tags are all that can change in place."""

    def delete(self, ec2: Ec2, id_: str, state: Values) -> None:
        raise NotImplementedError


def api_name(name: str) -> str:
    """`vpcId` -> `VpcId`: Pulumi's names begin small, EC2's do not."""
    return name[0].upper() + name[1:]


def not_found(error: ClientError) -> bool:
    """Whether EC2 says that something is not there: it has a code for each kind of thing."""
    return str(error.response.get("Error", {}).get("Code", "")).endswith(".NotFound")


def tag_list(tags: Values) -> list[dict[str, str]]:
    """Tags as EC2 takes them."""
    return [{"Key": key, "Value": value} for key, value in sorted(tags.items())]


def tag_specification(kind: str, inputs: Values) -> list[dict[str, Any]]:
    """The `TagSpecifications` of a create call; EC2 refuses an empty set of tags."""
    return [{"ResourceType": kind, "Tags": tag_list(inputs["tags"])}] if inputs.get("tags") else []
