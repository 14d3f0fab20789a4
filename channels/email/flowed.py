"""format=flowed (RFC 3676): lines that a mail program broke are put together again."""


def unflowed(text: str, delsp: bool = False) -> str:
    """`text` has "\\n" between lines, whose trailing blanks are still there."""
    found: list[str] = []
    running: list[str] | None = None  # pieces of a paragraph that goes on
    depth = 0
    for line in text.split("\n"):
        bare = line.lstrip(">")
        quotes = len(line) - len(bare)
        bare = bare.removeprefix(" ")  # space-stuffing
        if running is not None and (quotes != depth or bare == "-- "):
            found.append(_quoted("".join(running), depth))
            running = None
        goes_on = bare.endswith(" ") and bare != "-- "
        if goes_on and delsp:
            bare = bare[:-1]
        if running is None:
            running, depth = [], quotes
        running.append(bare)
        if not goes_on:
            found.append(_quoted("".join(running), depth))
            running = None
    if running is not None:
        found.append(_quoted("".join(running), depth))
    return "\n".join(found)


def _quoted(text: str, depth: int) -> str:
    return ">" * depth + " " + text if depth else text
