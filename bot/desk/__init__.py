"""The rules of the service desk: who may do what to which ticket, and who hears of it.

Functions take the desk where they need its texts, rules or deadlines, then the transaction, the subject,
the details, and at last who wants it. None commits. Permission first, then the rule, then the change
with its event. Whatever changes a ticket holds its conversation first.
"""
