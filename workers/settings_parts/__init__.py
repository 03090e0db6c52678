"""The parts of `workers.settings`: one file a table of relance.toml, how the file is read, and how errors are told."""
