"""What every group of keys has in common."""

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class Keys(BaseModel):
    """Keys are camelCase, as Pulumi's own; values are never converted: "true" is not true."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, alias_generator=to_camel)
