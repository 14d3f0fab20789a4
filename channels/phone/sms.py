"""The one way back to a caller: a text message, by Twilio or by another program's webhook."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

import aiohttp
import msgspec
from msgspec import Struct

from channels.answers import refuse_unless_ok
from channels.channel import DeliveryError, Receipt, TryLater, Undeliverable
from channels.phone.signed import sign
from channels.phone.values import objects, text

LONGEST: Final = 1600  # characters Twilio takes; telephones show the parts as one
LONGEST_ANSWER: Final = 1_000_000  # bytes


class TwilioSms(Struct, frozen=True, kw_only=True):
    account_sid: str
    auth_token: str
    sender: str  # a number of ours, or the id of a messaging service (MG…)
    api_url: str = "https://api.twilio.com"


class SmsWebhook(Struct, frozen=True, kw_only=True):
    url: str
    secret: str


async def by_twilio(
    http: aiohttp.ClientSession, options: TwilioSms, to: str, words: str
) -> Receipt:
    """Twilio has no key against repetition. So when no answer came, we look whether it was sent."""
    url = f"{options.api_url}/2010-04-01/Accounts/{options.account_sid}/Messages.json"
    service = options.sender.startswith("MG")
    form = {
        "To": to,
        "MessagingServiceSid" if service else "From": options.sender,
        "Body": words,
    }
    login = {"authorization": aiohttp.encode_basic_auth(options.account_sid, options.auth_token)}
    begun = datetime.now(UTC).replace(microsecond=0)
    try:
        async with http.post(url, data=form, headers=login, allow_redirects=False) as answer:
            return Receipt(text(await _accepted(answer), "sid"))
    except aiohttp.ClientConnectorError as error:
        raise TryLater("the gateway cannot be reached", whole_channel=True) from error
    except (aiohttp.ClientError, TimeoutError) as error:
        reason = type(error).__name__
    recent = {"To": to, "DateSent>": begun.strftime("%Y-%m-%d"), "PageSize": "50"}
    try:
        async with http.get(url, params=recent, headers=login, allow_redirects=False) as answer:
            sent = objects(await _accepted(answer), "messages")
    except (aiohttp.ClientError, TimeoutError, DeliveryError) as error:
        # The same text twice is worse than one that somebody can see has failed.
        raise Undeliverable("no answer of Twilio; whether it was sent is not known") from error
    if sid := _found(sent, words, begun):
        return Receipt(sid)
    raise TryLater(f"no answer ({reason})")


def _found(messages: Sequence[dict[str, Any]], words: str, begun: datetime) -> str | None:
    for one in messages:
        created = _date(text(one, "date_created"))
        if one.get("body") == words and created is not None and created >= begun:
            return text(one, "sid")
    return None


def _date(told: str | None) -> datetime | None:
    try:
        return datetime.strptime(told or "", "%a, %d %b %Y %H:%M:%S %z")
    except ValueError:
        return None


async def by_webhook(
    http: aiohttp.ClientSession, options: SmsWebhook, key: str, to: str, words: str, language: str
) -> Receipt:
    """Signed as what comes to us is; `key` is the same for every attempt."""
    body = msgspec.json.encode({"key": key, "to": to, "text": words, "language": language})
    headers = sign(options.secret, int(time.time()), body)
    headers |= {"content-type": "application/json", "idempotency-key": key}
    try:
        async with http.post(
            options.url, data=body, headers=headers, allow_redirects=False
        ) as answer:
            return Receipt(text(await _accepted(answer), "id"))
    except aiohttp.ClientConnectorError as error:
        raise TryLater("the gateway cannot be reached", whole_channel=True) from error
    except (aiohttp.ClientError, TimeoutError) as error:
        raise TryLater(f"no answer ({type(error).__name__})") from error


async def _accepted(answer: aiohttp.ClientResponse) -> dict[str, Any]:
    """What it says. Raises TryLater or Undeliverable for anything but a yes."""
    content = await answer.content.read(LONGEST_ANSWER)
    try:
        said = msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError):
        said = {}
    fields: dict[str, Any] = said if isinstance(said, dict) else {}
    refuse_unless_ok(answer, code=fields.get("code"))
    return fields
