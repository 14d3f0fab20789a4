"""What the reading is worth: one module a part, each with `measure(...) -> bool`."""
