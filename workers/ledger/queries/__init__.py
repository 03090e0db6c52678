"""Reading models: what lists, pages and figures show. They take no lock and read no table from end to end."""
