"""What other shops show of this one on their own pages: a script, and what it asks for.

Pages name themselves by a key that anybody can read there, so a key opens two functions that only
read, for pages of the origins that it is bound to, and so often.
"""
