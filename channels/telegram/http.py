"""How the SDK reaches Telegram: over aiohttp, which takes a third of the time of its own client for a call,
and a call is what most of a message costs."""

from typing import Any, Final

import aiohttp
from telegram._utils.defaultvalue import DefaultValue
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

Timeout = float | DefaultValue[float] | DefaultValue[None] | None
NEVER_SENT: Final = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)


class Http(BaseRequest):
    """Raises TimedOut and NetworkError, whose cause is one of NEVER_SENT when nothing can have arrived."""

    def __init__(self, connections: int, *, connect: float, read: float, upload: float) -> None:
        self._connections, self._connect = connections, connect
        self._read, self._upload = read, upload
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return self._read

    async def initialize(self) -> None:
        """Connects with the first call."""

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Timeout = BaseRequest.DEFAULT_NONE,
        write_timeout: Timeout = BaseRequest.DEFAULT_NONE,
        connect_timeout: Timeout = BaseRequest.DEFAULT_NONE,
        pool_timeout: Timeout = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        files = request_data.multipart_data if request_data else None
        read = self._read if isinstance(read_timeout, DefaultValue) else read_timeout
        # While a file is on its way nothing is read.
        timeout = aiohttp.ClientTimeout(
            total=self._upload if files else None,
            sock_connect=self._connect,
            sock_read=None if files else read,
        )
        body = _body(request_data, files) if request_data else None
        try:
            async with self._connected().request(method, url, data=body, timeout=timeout) as answer:
                return answer.status, await answer.read()
        except TimeoutError as error:
            raise TimedOut from error
        except aiohttp.ClientError as error:
            # The text of some names the address, and so the token.
            raise NetworkError(type(error).__name__) from error

    def _connected(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=self._connections)
            agent = {"user-agent": self.USER_AGENT}
            self._session = aiohttp.ClientSession(connector=connector, headers=agent)
        return self._session


def _body(given: RequestData, files: Any) -> Any:
    if not files:
        return given.json_parameters
    form = aiohttp.FormData(given.json_parameters)
    for field, (name, content, kind) in files.items():
        form.add_field(field, content, filename=name, content_type=kind)
    return form
