"""The rules of the service desk. Every function takes the transaction first; none commits."""
