"""The steps of a recommender on one's own photographs: prepare, train, evaluate, recommend."""
