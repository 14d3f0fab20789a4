"""The agents' pages: forms and tables over the desk's functions, served under /desk."""
