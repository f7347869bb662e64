"""Stack config -> settings -> plan -> components -> outputs, and in a preview AWS's own answers to it."""

import gc
import os
from pathlib import Path

import pulumi

from blueprint import facts_date, preflight
from blueprint import plan as planner
from blueprint.outputs import FACTS, README
from blueprint.settings import SettingsError, parse
from components import build, build_unless_refused

gc.disable()  # What is made here lives to the end: looking through it for garbage took a fifth of a preview's time.
# The sandbox names the file that its copy was made from.
stack_file = os.environ.get("SSM_STACK_FILE") or f"Pulumi.{pulumi.get_stack()}.yaml"
config, secret = pulumi.runtime.get_config_env(), pulumi.runtime.get_config_secret_keys_env()
try:
    settings = parse(config, stack_file=stack_file, secret_keys=secret, project=pulumi.get_project())
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
# Pulumi Cloud shows it as the stack's page (https://www.pulumi.com/docs/intro/pulumi-cloud/projects-and-stacks/#stack-readme).
readme = Path(__file__).resolve().with_name("Pulumi.README.md").read_text(encoding="utf-8")
for name, value in {**outputs, FACTS: facts_date.of_plan(plan).line, README: readme}.items():
    pulumi.export(name, value)
gc.freeze()
gc.enable()
