"""Which workspaces we are in, and who writes there."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

import structlog
from msgspec import Struct

from channels.channel import DeliveryError, Undeliverable
from channels.clean import clean
from channels.message import Sender
from channels.slack.calls import Calls
from channels.slack.heard import Me
from channels.slack.options import Options

log = structlog.get_logger()

MANY: Final = 10_000  # people remembered


class Profile(Struct, frozen=True, kw_only=True):
    name: str | None = None
    email: str | None = None  # the workspace vouches for it
    timezone: str | None = None
    language: str | None = None  # "ru", without the country
    is_bot: bool = False


class People:
    def __init__(self, name: str, options: Options, calls: Calls) -> None:
        self._name, self._options, self._calls = name, options, calls
        self._us: dict[str, Me] = {}  # by workspace
        self._known: OrderedDict[tuple[str, str], tuple[float, Profile]] = OrderedDict()

    async def arrive(self) -> None:
        """Find out who we are, wherever we are."""
        for team in (*([""] if self._options.bot_token else []), *self._options.tokens):
            await self.us(team)

    def token(self, team: str) -> str:
        known = self._us.get(team)
        token = known.token if known else self._options.tokens.get(team, self._options.bot_token)
        if not token:
            raise Undeliverable(f"there is no token for the workspace {team}")
        return token

    async def us(self, team: str) -> Me:
        if team not in self._us:
            token = self.token(team)
            told = await self._calls.ask(token, lambda slack: slack.auth_test())
            # An app of a whole organisation has one token for all its workspaces.
            wide = team and told.get("is_enterprise_install")
            own = team if wide else str(told["team_id"])
            if team in self._options.tokens and own != team:
                log.error("slack.another-workspace", channel=self._name, given=team, is_of=own)
            me = Me(
                team=own,
                user=str(told["user_id"]),
                bot=told.get("bot_id"),
                enterprise=told.get("enterprise_id"),
                token=token,
            )
            self._us[team] = self._us[own] = me
        return self._us[team]

    async def profile(self, me: Me, user: str) -> Profile:
        """What is known in time; a message does not wait for more."""
        told_at, profile = self._known.get((me.team, user), (None, Profile()))
        now = time.monotonic()
        if told_at is not None and now < told_at + self._options.profile_age:
            return profile
        with suppress(DeliveryError, TimeoutError):
            async with asyncio.timeout(self._options.profile_timeout):
                told = await self._calls.ask(
                    me.token, lambda slack: slack.users_info(user=user, include_locale=True)
                )
            profile = profile_of(told["user"], me)
            self._known[me.team, user] = now, profile
            if len(self._known) > MANY:
                self._known.popitem(last=False)
        return profile


def profile_of(user: Mapping[str, Any], me: Me) -> Profile:
    about = user.get("profile") or {}
    names = (about.get("real_name"), user.get("real_name"), about.get("display_name"))
    name = next((clean(one) for one in (*names, user.get("name")) if one), None)
    return Profile(
        name=name,
        email=(about.get("email") or None) if _vouched_for(user, me) else None,
        timezone=user.get("tz") or None,
        language=str(user.get("locale") or "").partition("-")[0] or None,
        is_bot=bool(user.get("is_bot")),
    )


def _vouched_for(user: Mapping[str, Any], me: Me) -> bool:
    """Others' workspaces, in a shared channel, may let anybody have any address."""
    grid = user.get("enterprise_user") or {}
    ours = user.get("team_id") in (None, me.team) or (
        me.enterprise is not None and grid.get("enterprise_id") == me.enterprise
    )
    return ours and not user.get("is_stranger") and user.get("is_email_confirmed") is not False


def sender_with(sender: Sender, profile: Profile) -> Sender:
    return Sender(
        address=sender.address,
        verified=sender.verified,
        name=profile.name,
        email=profile.email,
        timezone=profile.timezone,
    )
