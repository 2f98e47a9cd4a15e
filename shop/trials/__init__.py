"""Two rankings of a panel, shown as one: which of them do visitors prefer?"""
