"""How many agents an hour needs, how much work is to come, and who might do it when. Pure.

`queueing` and `backlog` say what a number of agents achieves, `forecast` what will arrive, `need` puts
the two together, `rota` proposes who works. Times are seconds, rates are per second, unless a name says
otherwise.
"""
