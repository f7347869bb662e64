"""The sandbox's stand-in for the official `pulumi-resource-aws` plugin: a test double.

It speaks the Pulumi provider protocol and maps the few `aws:` resource types and functions this project needs onto
boto3 against an AWS API on loopback (moto). It refuses every other type, function, property, endpoint and credential by
name.

    provider.py   the gRPC service
    guard.py      which configuration it accepts: loopback endpoints and the credentials test/test, no other
    types.py, types_*.py    the table of resource types: properties, defaults, what replaces; table.py reads it
    schema.py     the same for languages that ask for a schema: YAML
    values.py     values on the wire, unknowns, and when two values mean the same to AWS
    check.py      inputs -> checked inputs; state and inputs -> what changes, what a preview can promise
    resources.py  what creating, reading and changing have in common; which class handles which type
    network.py, groups.py, endpoints.py, iam.py, route53.py, records.py, resolver.py
                  each type's calls to the AWS API; api.py is what they share
    functions.py, functions_*.py   what the functions answer; lookups.py is what they share
"""
