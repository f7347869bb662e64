"""Stack config -> settings -> plan -> components -> outputs, and in a preview AWS's own answers to it."""

import os

import pulumi

from blueprint import plan as planner
from blueprint import preflight
from blueprint.settings import SettingsError, parse
from components import build, build_unless_refused

# The sandbox names the file that its copy was made from.
stack_file = os.environ.get("SSM_STACK_FILE") or f"Pulumi.{pulumi.get_stack()}.yaml"
try:
    settings = parse(
        pulumi.runtime.get_config_env(),
        stack_file=stack_file,
        secret_keys=pulumi.runtime.get_config_secret_keys_env(),
        project=pulumi.get_project(),
    )
    plan = planner.make(settings, stack_file=stack_file)
except SettingsError as error:
    raise pulumi.RunError(str(error)) from None

if settings.preflight == "on":
    outputs = build_unless_refused(
        plan,
        preflight.questions(settings, plan),
        lambda answers: preflight.check(settings, plan, answers).report(stack_file),
    )
else:
    outputs = build(plan)
for name, value in outputs.items():
    pulumi.export(name, value)
