"""Step 4, for the tests alone: BIND's and unbound's own checkers of DNS server configuration."""

from sandbox.bootstrap.packages import Program, Programs

FIX = (
    "install BIND's and unbound's programs: apt install bind9-utils unbound (Debian, Ubuntu), "
    "dnf install bind unbound (Fedora, RHEL) or brew install bind unbound (macOS)"
)
CHECKERS = Programs(
    label="DNS checkers",
    cache="dns-checkers",
    fix=FIX,
    named={
        "named-checkconf": Program("-v", "bind9-utils"),
        "unbound-checkconf": Program("-h", "unbound"),
        "unbound": Program("-V", "unbound"),
    },
)
