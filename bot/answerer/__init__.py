"""Answers phrased by a hosted language model, from the found articles and nothing else. Off by default.

What the model says is never believed: `judge` keeps only sentences whose words stand in a quotation that it
gives, and whose quotation stands in an article. When anything fails, the plain suggestion is shown.
"""
