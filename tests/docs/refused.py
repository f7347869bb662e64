"""What the program says of a wrong stack file, without the engine around it: python -m tests.docs.refused Pulumi.x.yaml."""

import sys
from pathlib import Path

import yaml

from blueprint.settings import SettingsError, parse

if __name__ == "__main__":
    file = Path(sys.argv[1])
    try:
        parse(yaml.safe_load(file.read_text(encoding="utf-8"))["config"], stack_file=file.name)
    except SettingsError as error:
        sys.stdout.write(f"error: {error}\n")
