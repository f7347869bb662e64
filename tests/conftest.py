"""Rules for all tests: none may be skipped, none sees the user's accounts, and the engine has to be there."""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import hypothesis
import pytest

from sandbox.bootstrap import engine

if TYPE_CHECKING:
    from tests.support.browser import Chromium

# Time limits per example measure the machine, not the code.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")


class NoSkips:
    """Fails the run if a test was skipped or expected to fail: a green run means that everything ran."""

    def __init__(self) -> None:
        self.left_out: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Notes skipped tests, and the expected failures among them."""
        if report.skipped or hasattr(report, "wasxfail"):
            self.left_out.append(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Notes files that skip themselves."""
        if report.skipped:
            self.left_out.append(report.nodeid)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Turns a green run into a red one."""
        if self.left_out and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Says why."""
        if self.left_out:
            terminalreporter.section("left out", red=True)
            terminalreporter.line("These tests did not run, so the run fails (--allow-skips lets them pass):")
            for name in sorted(set(self.left_out)):
                terminalreporter.line(f"  {name}")


def pytest_addoption(parser: pytest.Parser) -> None:
    """One option of our own."""
    parser.addoption("--allow-skips", action="store_true", help="do not fail the run for skipped tests")


def pytest_configure(config: pytest.Config) -> None:
    """Takes the user's accounts and settings out of sight, for the tests and whatever they start."""
    for name in list(os.environ):
        if name.startswith(("AWS_", "PULUMI_", "SANDBOX_")) and name not in ("PULUMI_HOME", "AWS_CA_BUNDLE"):
            del os.environ[name]
    # `make test` is no reason for a `make` that a test starts to think it is part of it.
    for name in ("PYTHONDONTWRITEBYTECODE", "MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES"):
        os.environ.pop(name, None)
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
    is_worker = hasattr(config, "workerinput")
    if not is_worker and not config.getoption("--allow-skips"):
        config.pluginmanager.register(NoSkips(), "no-skips")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A missing engine fails the tests that need it; it never skips them."""
    if item.get_closest_marker("e2e") and engine.find() is None:
        pytest.fail(
            "There is no Pulumi engine, and this test runs the real one. Fix: make setup", pytrace=False
        )


@pytest.fixture(scope="module")
def chromium() -> Iterator["Chromium"]:
    """A browser for the tests of one file. Not for the session: while playwright runs, no other test of the process can run
    an event loop of its own."""
    from tests.support.browser import running

    with running() as browser:
        yield browser
