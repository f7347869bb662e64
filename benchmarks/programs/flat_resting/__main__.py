"""The flat program with the garbage collector resting, as in the project's own program: a fair flat program's best case."""

import gc
import runpy
from pathlib import Path

gc.disable()
runpy.run_path(str(Path(__file__).parents[1] / "flat" / "__main__.py"), run_name="__main__")
gc.freeze()
gc.enable()
