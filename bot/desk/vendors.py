"""Writing to a vendor about a ticket. All mails of a ticket are one thread, to which the vendor answers."""

import msgspec

from bot.desk import package, silence
from bot.desk.desk import Desk
from bot.desk.levels import Level
from bot.desk.package import Package
from bot.errors import Invalid
from channels.email.threads import vendors_thread
from channels.message import OutboundMessage, PublicText
from store.database import Tx
from store.outbox import Outgoing
from store.tables import Ticket


def write(desk: Desk, tx: Tx, ticket: Ticket, level: Level, packed: Package, *, key: str) -> None:
    """The package, with the files of its requester. Nobody is named in it who did not name themselves.

    Raises Invalid when too many letters went to the vendor lately, or no mail can be sent."""
    if ticket.restricted:
        raise Invalid(f"{ticket.number} is restricted, and does not leave the house.")
    vendor, mail = level.vendor, desk.agents_mail
    if vendor is None or mail is None:
        raise Invalid(f"{level.name} can only be written to by e-mail, and [mail] is not set up.")
    if not silence.may_write(desk, tx, mail.channel, f"{vendor.address} {ticket.number}", ticket):
        raise Invalid(f"Too many letters about {ticket.number} went to {level.name} lately.")
    language = vendor.language
    head = desk.texts.say("vendor-head", language, ticket=ticket.number, title=ticket.title)
    parts = [
        head,
        desk.texts.say("vendor-contract", language, contract=vendor.contract)
        if vendor.contract
        else "",
        package.shown(desk, ticket, packed, tx.now, language),
        desk.texts.say("vendor-foot", language, ticket=ticket.number),
    ]
    contract = f" {vendor.contract}" if vendor.contract else ""
    message = OutboundMessage(
        key=f"vendor:{key}",
        channel=mail.channel,
        to=vendor.address,
        conversation=vendors_thread(ticket.id),
        text=PublicText("\n\n".join(part for part in parts if part)),
        attachments=packed.files,
        language=language,
        subject=f"[{ticket.number}]{contract} {ticket.title}",
    )
    tx.post(
        Outgoing(
            channel=mail.channel,
            destination=vendor.address,
            key=message.key,
            body=msgspec.json.encode(message).decode(),
        )
    )
