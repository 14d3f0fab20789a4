"""Slack and Telegram, played here, to try the bot without an account.

    make platforms

Start the bot with what this prints, in another window, and write here: `s my VPN drops` as Ana in Slack,
`t не печатает принтер` as Анна in Telegram. `s !LABEL` presses a button of the last message that has one,
`s /helpdesk new` and `t /status` are commands. Ctrl-D ends.
"""

import asyncio

from tests.platforms.slack import FakeSlack
from tests.platforms.slack import __main__ as in_slack
from tests.platforms.telegram import FakeTelegram
from tests.platforms.telegram import __main__ as in_telegram


async def main() -> None:
    async with FakeSlack(port=8082) as slack, FakeTelegram(port=8081) as telegram:
        print(__doc__)
        print(f"SLACK_API_URL={slack.api_url} SLACK_BOT_TOKEN={slack.bot_token} \\")
        print(f"SLACK_APP_TOKEN={slack.app_token} \\")
        print(f"TELEGRAM_API_URL={telegram.api_url} TELEGRAM_BOT_TOKEN={telegram.token} \\")
        print("python3 -m bot run", flush=True)
        ana = slack.user("Ana", email="ana@example.com")
        anna = telegram.user("Анна", "ru", "anna")
        showing = [
            asyncio.create_task(in_slack.show(ana)),
            asyncio.create_task(in_telegram.show(anna)),
        ]
        while True:
            try:
                where, _, line = (await asyncio.to_thread(input)).partition(" ")
            except EOFError:
                break
            if where == "s":
                await in_slack.take(ana, line)
            elif where == "t":
                await in_telegram.take(anna, line)
            else:
                print("begin with s or t")
        for one in showing:
            one.cancel()


if __name__ == "__main__":
    asyncio.run(main())
