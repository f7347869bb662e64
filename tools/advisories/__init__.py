"""`make audit-dependencies`: known vulnerabilities of what the project installs and builds."""
