"""The ground floor: pure Python that knows neither Pulumi nor an AWS client, environment or network.

    facts/*.toml -> catalog      what AWS says, with URL and date
    stack YAML   -> settings     what the stack's owner says; every problem in one report
    both         -> plan         what will be built: plain, frozen values
                    documents    the IAM documents the plan writes

`components` build a plan; `policies` judge what the engine was asked to build, from the same facts and nothing else.
"""
