"""SsmEndpoints as a Pulumi package, for programs in any language.

    __main__.py    serves the package to the engine that started it
    provider.py    builds the component that a program asks for
    inputs.py      which settings are inputs, and what of them is known before an update
    schema.py      the package's schema, from the settings' own models; schema.json is what it says

The settings, the plan and the component are the Python program's own: blueprint and components.
"""
