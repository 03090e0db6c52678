"""What answers over HTTP: for now, whether the system is well."""
