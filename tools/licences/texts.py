"""Which licence a text is, by its SPDX identifier (https://spdx.org/licenses/, 2026-11-30)."""

from __future__ import annotations

import re

# What people write in a package's metadata where an identifier should stand.
WORDS = {
    "MIT License": "MIT",
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "ISC License": "ISC",
    "ISC License (ISCL)": "ISC",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "3-Clause BSD License": "BSD-3-Clause",
    "BSD 2-Clause License": "BSD-2-Clause",
    "BSD 3-Clause License": "BSD-3-Clause",
}
# What stands in each text and in none of the others; the first that fits counts, so the longer ones come first.
TEXTS = (
    ("MPL-2.0", ("mozilla public license",)),
    ("Apache-2.0", ("apache license", "version 2.0")),
    ("CC-BY-3.0", ("creative commons attribution 3.0",)),
    ("CC0-1.0", ("cc0 1.0 universal",)),
    ("BSD-3-Clause", ("redistribution and use in source and binary forms", "neither the name")),
    ("BSD-3-Clause", ("redistribution and use in source and binary forms", "may not be used to endorse")),
    ("BSD-2-Clause", ("redistribution and use in source and binary forms",)),
    ("ISC", ("permission to use, copy, modify, and/or distribute this software for any purpose",)),
    ("ISC", ("permission to use, copy, modify, and distribute this software for any purpose",)),
    ("MIT", ("permission is hereby granted, free of charge",)),
    ("Unlicense", ("released into the public domain",)),
)


def of_word(word: str) -> str | None:
    """The identifier of what a package says of itself; None where that is not precise enough ("BSD")."""
    word = word.strip()
    if word in WORDS:
        return WORDS[word]
    plain = re.fullmatch(r"\(?[A-Za-z0-9.+-]+( (AND|OR|WITH) [A-Za-z0-9.+-]+)*\)?", word)
    vague = word in ("BSD", "Apache", "GPL", "LGPL", "UNKNOWN", "Proprietary", "")
    return word.strip("()") if plain and not vague else None


def of_text(text: str) -> str | None:
    """The identifier of a licence's text; None if it is none that is known here."""
    flat = re.sub(r"[\s*#>/]+", " ", text).lower()
    return next((name for name, phrases in TEXTS if all(phrase in flat for phrase in phrases)), None)
