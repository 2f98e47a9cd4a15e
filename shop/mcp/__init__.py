"""For programs that shop: a shop's API as tools of the Model Context Protocol.

It is a client of the API and nothing more: it knows neither the shop's code nor its databases, and
may do what anybody may who has its token, as often.
"""
