"""Try the bot without an account: run this, start the bot with what it prints, and write to it here."""

import argparse
import asyncio
from typing import Any

from tests.platforms.slack.people import User
from tests.platforms.slack.server import FakeSlack

HELP = "Write as Ana. `!LABEL` presses a button, `/helpdesk …` is the command, Ctrl-D ends."


def told(message: dict[str, Any]) -> str:
    elements = [one for block in message.get("blocks", ()) for one in block.get("elements", ())]
    labels = [one["text"]["text"] for one in elements if one.get("type") == "button"]
    files = "".join(f" (file {one['name']})" for one in message.get("files", ()))
    return "\n".join([f"bot> {message['text']}{files}", "  ".join(f"[{one}]" for one in labels)])


async def show(user: User) -> None:
    """What the bot says, and what becomes of it."""
    known: dict[str, str] = {}
    while True:
        for message in user.inbox():
            line = told(message).rstrip()
            if known.get(message["ts"]) != line:
                known[message["ts"]] = line
                print(line, flush=True)
        await asyncio.sleep(0.2)


async def take(user: User, line: str) -> None:
    """One line: words, a command, or the label of a button."""
    if line.startswith("/"):
        name, _, rest = line.partition(" ")
        print(await user.command(name, rest) or "(done)")
        if user.view is not None:
            fields = [one["label"]["text"] for one in user.view["blocks"] if one["type"] == "input"]
            print(f"(a form opens: {', '.join(fields)})")
    elif line.startswith("!"):
        offered = [one for one in user.inbox() if "[" in told(one)]
        try:
            await user.press(offered[-1], line[1:])
        except LookupError:
            print("there is no such button")
    elif line:
        await user.dm(line)


async def talk(user: User) -> None:
    while True:
        try:
            line = await asyncio.to_thread(input)
        except EOFError:
            return
        await take(user, line)


async def main(port: int, http: str) -> None:
    async with FakeSlack(port=port) as slack:
        mode = "http" if http else "socket"
        print(
            f"SLACK_MODE={mode} SLACK_API_URL={slack.api_url} SLACK_BOT_TOKEN={slack.bot_token}"
            f" SLACK_APP_TOKEN={slack.app_token} SLACK_SIGNING_SECRET={slack.signing_secret}"
        )
        print(HELP, flush=True)
        if http:
            slack.delivery.url = http
        ana = slack.user("Ana", email="ana@example.com")
        showing = asyncio.create_task(show(ana))
        await talk(ana)
        showing.cancel()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.platforms.slack", description=__doc__)
    parser.add_argument("--port", type=int, default=8082)
    parser.add_argument("--http", default="", help="the desk's events address; else Socket Mode")
    given = parser.parse_args()
    asyncio.run(main(given.port, given.http))
