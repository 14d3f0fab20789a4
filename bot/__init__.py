"""The service desk: what to do with a message, a ticket, a clock."""
