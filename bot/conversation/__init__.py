"""How the bot talks. Pure: `decide` turns what the bot knows into what should happen."""
