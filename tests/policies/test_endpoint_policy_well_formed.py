import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.policies.conftest import Judge
from tests.policies.endpoint_documents import OWN, VPC, allow, deny, detached, document, gateway, interface
from tests.support import flat
from tests.support.graph import JsonObject, RecordedGraph
from tests.support.pack import Pack

MOST = 20_480


def of(judge: Judge, *resources: JsonObject) -> list[str]:
    return judge.resources(VPC, *resources)


def padded(length: int) -> str:
    """A policy of exactly so many characters."""
    bucket = document(allow("s3:GetObject", "arn:aws:s3:::a/*"))
    return bucket.replace(":::a/", f":::{'a' * (length - len(bucket) + 1)}/")


def test_a_policy_of_the_longest_length_passes_and_one_character_more_is_blocked(judge: Judge) -> None:
    assert len(padded(MOST)) == MOST
    assert of(judge, gateway(padded(MOST))) == []
    (said,) = of(judge, gateway(padded(MOST + 1)))
    assert (
        "endpoint 's3': its policy has 20,481 characters, white space included, and AWS takes at most 20,480"
        in said
    )


def test_white_space_counts_and_leaving_it_out_is_the_fix(judge: Judge) -> None:
    (said,) = of(judge, gateway(document(allow()) + " " * MOST))
    assert 'fix: json.dumps(policy, separators=(",", ":")) makes it 101; or' in said


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not JSON"),
        ("{'Version'", "not JSON"),
        ("[]", "expected an object"),
        ("7", "expected an object"),
        ("{}", "it has no Statement"),
        ('{"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}', "neither Principal nor"),
        (document({**allow(), "Effekt": "Allow"}), "unknown key 'Effekt'"),
        (json.dumps({"Version": "2012-10-18", "Statement": [allow()]}), "Version: expected '2012-10-17'"),
        (json.dumps({"version": "2012-10-17", "Statement": [allow()]}), "unknown key 'version'"),
    ],
)
def test_what_is_no_policy_is_told_with_the_place(judge: Judge, text: str, why: str) -> None:
    for resources in ([gateway(text)], [interface("ssm", text)], [gateway(), detached("s3", text)]):
        (said,) = of(judge, *resources)
        assert "its policy is not one: " in said
        assert why in said


@pytest.mark.parametrize(
    "principal",
    [{"AWS": "111122223333"}, {"AWS": ["*", "111122223333"]}, {"Service": "ec2.amazonaws.com"}],
    ids=str,
)
def test_a_gateway_endpoint_takes_no_other_principal_than_everybody(
    judge: Judge, principal: JsonObject
) -> None:
    policy = document(allow() | {"Principal": principal})
    (said,) = of(judge, gateway(policy))
    assert 'Statement[0] another Principal than "*"' in said
    assert '"aws:PrincipalArn"' in said
    assert of(judge, interface("ssm", policy)) == []
    # Of a policy of its own, only the whole stack tells the endpoint's type.
    assert of(judge, gateway(), detached("s3", policy)) == []


def test_everybody_may_be_written_as_an_aws_principal(judge: Judge) -> None:
    assert of(judge, gateway(document(allow() | {"Principal": {"AWS": "*"}}))) == []
    assert of(judge, gateway(document(allow() | {"Principal": {"AWS": ["*"]}}))) == []


def test_a_not_principal_on_a_gateway_endpoint_is_blocked(judge: Judge) -> None:
    statement = deny() | {"NotPrincipal": {"AWS": "111122223333"}}
    del statement["Principal"]
    (said,) = of(judge, gateway(document(allow(), statement)))
    assert "Statement[1]" in said


@pytest.mark.parametrize("version", ["2008-10-17", None])
def test_an_old_version_is_blocked_where_it_turns_a_variable_into_text(
    judge: Judge, version: str | None
) -> None:
    variable = allow("s3:*", "arn:aws:s3:::home/${aws:username}/*")
    (said,) = of(judge, gateway(document(variable, version=version)))
    assert said.partition("fix: ")[2].startswith('"Version": "2012-10-17"')
    assert of(judge, gateway(document(variable))) == []
    # AWS's own default policy has no Version, or the old one.
    assert of(judge, gateway(document(allow(), version=version))) == []


def test_a_wildcard_needs_six_characters_beside_it(judge: Judge) -> None:
    def like(value: str, operator: str = "StringLike", key: str = "aws:PrincipalTag/team") -> list[str]:
        return of(judge, interface("ssm", document(allow(Condition={operator: {key: value}}))))

    (said,) = like("teams*")
    assert (
        "Statement[0] StringLike aws:PrincipalTag/team a wildcard with fewer than 6 characters before and after"
        in said
    )
    assert like("teams-*") == []
    assert like("*platform") == []
    assert len(like("platform*x*y", "ForAnyValue:StringNotLikeIfExists")) == 1
    # To StringEquals a * is a character, to an ARN's operators this does not apply, a variable may be long.
    assert like("a*", "StringEquals") == []
    assert like("arn:aws:iam::*:role/x*", "ArnLike", "aws:PrincipalArn") == []
    assert like("a${aws:username}*") == []


def test_an_identifier_that_aws_generates_takes_no_wildcard_and_no_number(judge: Judge) -> None:
    def said(operator: str, key: str, value: str) -> int:
        return len(of(judge, gateway(document(allow(Condition={operator: {key: value}})))))

    assert said("StringLike", "aws:SourceVpc", "vpc-0123456*") == 1
    assert said("NumericEquals", "aws:PrincipalAccount", "111122223333") == 1
    assert said("StringEquals", "aws:PrincipalAccount", "111122223333") == 0
    assert said("StringLike", "aws:SourceVpc", "vpc-0123456789abcdef0") == 0


def test_an_account_that_is_part_number_part_wildcard_is_blocked(judge: Judge) -> None:
    def said(account: str) -> list[str]:
        arn = f"arn:aws:ssm:eu-west-1:{account}:document/*"
        return of(judge, interface("ssm", document(allow("ssm:GetDocument", arn))))

    assert "account '1111*'" in said("1111*")[0]
    assert [said(account) for account in ("*", "111122223333", "")] == [[], [], []]


def test_several_things_wrong_are_all_told(judge: Judge) -> None:
    condition = {"StringLike": {"aws:SourceVpc": "vpc-*"}}
    policy = document(allow(Condition=condition) | {"Principal": {"AWS": "111122223333"}})
    assert len(of(judge, gateway(policy))) == 2


def test_an_unknown_or_a_missing_policy_is_for_others_to_judge(judge: Judge) -> None:
    assert of(judge, gateway("${?}"), interface("ssm", "${?}"), interface("ec2")) == []


def test_a_good_policy_of_any_service_passes(judge: Judge) -> None:
    assert of(judge, gateway(document(allow("s3:GetObject", "arn:aws:s3:::b/*", Condition=OWN)))) == []


def test_fixtures_say_what_is_wrong(judge: Judge) -> None:
    assert "unknown key 'Resources'" in judge.fixture("fail-unknown-key")[0]
    assert 'another Principal than "*"' in judge.fixture("fail-account-on-a-gateway")[0]


def test_what_a_waiver_excuses_is_shown_at_the_endpoint(pack: Pack) -> None:
    waiver = {
        "policy": "endpoint-policy-well-formed",
        "urn": "urn:pulumi:dev::flat::*::s3",
        "reason": "moves to the hub this quarter",
        "owner": "platform@example.com",
        "expires": (datetime.now(UTC).date() + timedelta(days=30)).isoformat(),
    }
    pack.configure({"waivers": [waiver]})
    said = [each for each in pack.judge(flat.build([VPC, gateway("{}")])) if "not one" in each.message]
    shown = [(each.policy, each.urn.rpartition("::")[2]) for each in said if "complete" not in each.policy]
    assert shown == [("nothing-waived", "s3")]


def test_the_dev_stack_is_well_formed(pack: Pack, dev: RecordedGraph) -> None:
    assert "endpoint-policy-well-formed" not in pack.blocked_by(dev)
