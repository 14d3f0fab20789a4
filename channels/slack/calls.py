"""Calls to Slack's Web API, with its refusals in our terms."""

import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from channels.channel import DeliveryError, TryLater, Undeliverable
from channels.slack.options import Options

log = structlog.get_logger()
logging.getLogger("slack_sdk").setLevel(logging.CRITICAL)  # what matters is raised as well

_TOKEN: Final = frozenset({"invalid_auth", "not_authed", "token_revoked", "token_expired"})
_NOT_ALLOWED: Final = frozenset({"missing_scope", "not_allowed_token_type", "no_permission"})
_PAUSE: Final = frozenset({"ratelimited", "rate_limited"})
# After these Slack may or may not have done what it was asked.
_OUT_OF_ORDER: Final = frozenset(
    {"internal_error", "fatal_error", "service_unavailable", "request_timeout"}
)
_NEVER_SENT: Final = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
SHORTEST_PAUSE: Final = 30.0  # seconds, when Slack does not say how long

Request = Callable[[AsyncWebClient], Awaitable[AsyncSlackResponse]]


class Unsure(TryLater):
    """It was sent, and nobody knows whether it was done."""


class Refused(Undeliverable):
    """`because` is Slack's word for it."""

    def __init__(self, because: str) -> None:
        super().__init__(f"Slack refuses it: {because}")
        self.because = because


class Calls:
    def __init__(self, name: str, options: Options) -> None:
        self._name, self._options = name, options
        self._session: aiohttp.ClientSession | None = None
        self._clients: dict[str, AsyncWebClient] = {}
        self._refused_at: dict[str, float] = {}  # by token

    @property
    def session(self) -> aiohttp.ClientSession:
        if self._session is None:
            options = self._options
            timeout = aiohttp.ClientTimeout(
                total=None, connect=options.connect_timeout, sock_read=options.read_timeout
            )
            self._session = aiohttp.ClientSession(timeout=timeout, trust_env=True)
        return self._session

    async def ask(self, token: str, request: Request) -> dict[str, Any]:
        try:
            answer = await request(self._client(token))
        except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError) as error:
            raise self._in_our_terms(error, token) from error
        if self._refused_at.pop(token, None) is not None:
            log.info("slack.token-accepted", channel=self._name)
        assert isinstance(answer.data, dict)
        return answer.data

    def _client(self, token: str) -> AsyncWebClient:
        if token not in self._clients:
            # Its own retries would send again what is only unsure, and so do it twice.
            self._clients[token] = AsyncWebClient(
                token,
                base_url=self._options.api_url.rstrip("/") + "/",  # or the methods are not found
                session=self.session,
                retry_handlers=[],
            )
        return self._clients[token]

    def _in_our_terms(self, error: Exception, token: str) -> DeliveryError:
        if isinstance(error, _NEVER_SENT):
            return TryLater("Slack cannot be reached", whole_channel=True)
        if not isinstance(error, SlackApiError):
            return Unsure(f"no answer from Slack ({type(error).__name__})")
        answer = error.response
        if not isinstance(answer, AsyncSlackResponse) or not isinstance(answer.data, dict):
            return Unsure("Slack's answer cannot be read")
        because = str(answer.data.get("error") or "")
        if answer.status_code == 429 or because in _PAUSE:
            after = str(answer.headers.get("Retry-After") or SHORTEST_PAUSE)
            return TryLater("Slack asks for a pause", after=float(after))
        if answer.status_code >= 500 or because in _OUT_OF_ORDER or not because:
            return Unsure(f"Slack is out of order ({because or answer.status_code})")
        if because in _TOKEN:
            return self._token_refused(token, because)
        if because in _NOT_ALLOWED:
            log.error("slack.not-allowed", channel=self._name, needed=answer.data.get("needed"))
            pause = self._options.refused_pause
            return TryLater(f"Slack does not allow it to the app: {because}", after=pause)
        return Refused(because)

    def _token_refused(self, token: str, because: str) -> TryLater:
        if token not in self._refused_at:
            log.error(
                "slack.token-refused",
                channel=self._name,
                reason=because,
                hint="the token was revoked or is wrong: put the new one into the configuration",
            )
        self._refused_at[token] = time.monotonic()
        return TryLater(
            f"Slack refuses the token: {because}",
            after=self._options.refused_pause,
            whole_channel=not self._options.tokens,  # or it is one workspace among others
        )

    async def upload(self, url: str, content: bytes) -> None:
        """May be done again: nobody sees the file yet."""
        timeout = aiohttp.ClientTimeout(total=self._options.upload_timeout)
        try:
            async with self.session.post(url, data=content, timeout=timeout) as answer:
                status = answer.status
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise TryLater(f"the file was not taken ({type(error).__name__})") from error
        if status != 200:
            raise TryLater(f"the file was not taken (status {status})")

    @asynccontextmanager
    async def download(self, token: str, url: str) -> AsyncIterator[aiohttp.ClientResponse]:
        headers = {"authorization": f"Bearer {token}"}
        try:
            async with self.session.get(url, headers=headers) as answer:
                if answer.status == 429 or answer.status >= 500:
                    raise TryLater(f"the file is not to be had now (status {answer.status})")
                if answer.status != 200:
                    raise Undeliverable(f"the file is not to be had (status {answer.status})")
                yield answer
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise TryLater(f"the file did not arrive ({type(error).__name__})") from error

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
