"""Try the bot without an account: run this, start the bot with what it prints, and write to it here."""

import argparse
import asyncio

from tests.platforms.telegram.people import User
from tests.platforms.telegram.server import FakeTelegram

HELP = "Write as Ana. `!LABEL` presses a button, `/start` and other commands work, Ctrl-D ends."


async def show(user: User) -> None:
    """What the bot says, and what becomes of it."""
    known: dict[int, str] = {}
    while True:
        for message in user.inbox():
            rows = message.get("reply_markup", {}).get("inline_keyboard", [])
            buttons = "  ".join(f"[{button['text']}]" for row in rows for button in row)
            text = message.get("text") or message.get("caption") or "(a file)"
            line = f"bot> {text}\n{buttons}".rstrip()
            if known.get(message["message_id"]) != line:
                known[message["message_id"]] = line
                print(line, flush=True)
        await asyncio.sleep(0.2)


async def take(user: User, line: str) -> None:
    """One line: words, a command, or the label of a button."""
    if line.startswith("!"):
        offered = [one for one in user.inbox() if "reply_markup" in one]
        try:
            await user.press(offered[-1], line[1:])
        except LookupError:
            print("there is no such button")
    elif line:
        await user.write(line)


async def talk(user: User) -> None:
    while True:
        try:
            line = await asyncio.to_thread(input)
        except EOFError:
            return
        await take(user, line)


async def main(port: int) -> None:
    async with FakeTelegram(port=port) as telegram:
        print(f"TELEGRAM_API_URL={telegram.api_url} TELEGRAM_BOT_TOKEN={telegram.token}")
        print(HELP, flush=True)
        ana = telegram.user("Ana", "en", "ana")
        showing = asyncio.create_task(show(ana))
        await talk(ana)
        showing.cancel()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.platforms.telegram", description=__doc__)
    parser.add_argument("--port", type=int, default=8081)
    asyncio.run(main(parser.parse_args().port))
