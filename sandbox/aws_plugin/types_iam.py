"""The resource types of IAM that the stand-in knows; table.py explains the rows."""

from sandbox.aws_plugin.table import TAGS, resource_type

ALL = [
    resource_type(
        "aws:iam/role:Role",
        TAGS
        + """name str computed replace
        assumeRolePolicy json required
        description str
        forceDetachPolicies bool =false
        managedPolicyArns set computed
        maxSessionDuration int =3600
        path str =/ replace
        permissionsBoundary str
        createDate str output
        inlinePolicies set output
        namePrefix str output
        uniqueId str output""",
        regional=False,
        autoname=True,
    ),
    resource_type(
        "aws:iam/rolePolicy:RolePolicy",
        """name str computed replace
        role str required replace
        policy policy required
        namePrefix str output""",
        regional=False,
        autoname=True,
    ),
    resource_type(
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        """role str required replace
        policyArn str required replace""",
        regional=False,
    ),
    resource_type(
        "aws:iam/instanceProfile:InstanceProfile",
        TAGS
        + """name str computed replace
        path str =/ replace
        role str null
        createDate str output
        namePrefix str output
        uniqueId str output""",
        regional=False,
        autoname=True,
    ),
]
