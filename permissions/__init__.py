"""IAM documents for whoever brings stacks up, previews them or looks at them: what each needs, and no more.

`actions` says what the AWS provider calls for each resource type, `documents` makes a deployer's and a previewer's policy of
plans, `verifier` that of `ssm-endpoints verify`, `state` the statements for a state in S3 and for keys of secrets.
"""
