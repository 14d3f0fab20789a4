"""Ways a request to the desk can be refused. The text is a sentence for whoever asked.

DeskError
├── NotFound         there is no such ticket, article, person
├── Forbidden        this person may not do that
├── IllegalChange    the ticket is not in a state that allows it
└── Invalid          the request itself makes no sense
"""


class DeskError(Exception):
    pass


class NotFound(DeskError):
    pass


class Forbidden(DeskError):
    pass


class IllegalChange(DeskError):
    pass


class Invalid(DeskError):
    pass
