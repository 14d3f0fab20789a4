"""The networks: each one translated to and from one vocabulary."""
