"""Getting the words of a call from the provider that told us they are ready."""

from collections.abc import Mapping
from typing import Any, Final

import aiohttp
import msgspec
from msgspec import Struct

from channels.answers import refuse_unless_ok
from channels.channel import TryLater, Undeliverable
from channels.phone import assemblyai, twilio, vonage
from channels.phone.assemblyai import AssemblyAI
from channels.phone.call import Segment, Update
from channels.phone.twilio import Twilio
from channels.phone.vonage import Vonage

LONGEST: Final = 64 * 1024 * 1024  # bytes; a word with its times takes some 100
MOST_PAGES: Final = 50


class Providers(Struct, frozen=True, kw_only=True):
    """Those that are set up."""

    twilio: Twilio | None = None
    vonage: Vonage | None = None
    assemblyai: AssemblyAI | None = None


async def with_words(http: aiohttp.ClientSession, known: Providers, update: Update) -> Update:
    """The update, final and with its words. Raises TryLater or Undeliverable."""
    if update.remote is None:
        raise Undeliverable("there is nothing to fetch")
    segments, language = await _words(http, known, update.source, update.remote)
    return msgspec.structs.replace(
        update,
        sequence=update.sequence + 1,
        final=True,
        segments=segments,
        remote=None,
        language=update.language or language,
    )


async def _words(
    http: aiohttp.ClientSession, known: Providers, source: str, remote: str
) -> tuple[tuple[Segment, ...], str | None]:
    provider = source.partition("-")[0]
    if provider == "assemblyai" and (assembly := known.assemblyai):
        headers = {"authorization": assembly.api_key}
        found = await _get(http, assemblyai.transcript_url(assembly, remote), headers)
        if found.get("status") == "error":
            raise Undeliverable("the transcription failed")
        language = found.get("language_code")
        return assemblyai.sentences(assembly, found), language if isinstance(
            language, str
        ) else None
    if provider == "vonage" and (nexmo := known.vonage):
        if not vonage.is_theirs(nexmo, remote):
            raise Undeliverable("the transcript is not with Vonage")
        if not nexmo.private_key:
            raise Undeliverable("the private key of the Vonage application is not set up")
        headers = {"authorization": f"Bearer {vonage.token(nexmo)}"}
        return vonage.sentences(await _get(http, remote, headers)), None
    if provider == "twilio" and (account := known.twilio):
        return await _twilio(http, account, remote), None
    raise Undeliverable(f"{provider} is not set up")


async def _twilio(
    http: aiohttp.ClientSession, options: Twilio, transcript: str
) -> tuple[Segment, ...]:
    login = aiohttp.encode_basic_auth(options.account_sid, options.auth_token)
    url: str | None = twilio.sentences_url(options, transcript)
    segments: tuple[Segment, ...] = ()
    for _ in range(MOST_PAGES):
        if url is None:
            break
        page = await _get(http, url, {"authorization": login})
        segments += twilio.sentences(options, page)
        url = twilio.next_page(options, page)
    return segments


async def _get(http: aiohttp.ClientSession, url: str, headers: Mapping[str, str]) -> dict[str, Any]:
    """Not following redirects: our password is in the headers."""
    content = bytearray()
    try:
        async with http.get(url, headers=headers, allow_redirects=False) as answer:
            refuse_unless_ok(answer)
            async for piece in answer.content.iter_any():
                content += piece
                if len(content) > LONGEST:
                    raise Undeliverable("the transcript is too large")
        found = msgspec.json.decode(content)
    except (aiohttp.ClientError, TimeoutError) as error:
        raise TryLater(f"no answer ({type(error).__name__})") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Undeliverable("the answer is not JSON") from error
    if not isinstance(found, dict):
        raise Undeliverable("the answer is not a JSON object")
    return found
