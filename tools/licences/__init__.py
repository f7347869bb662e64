"""`make licences`: under which licence is each package that the project installs, or builds programs of."""
