"""Training on the organisation's own words: tables of tickets, lessons of agents, versions of the model."""
