"""Menus, where a network has none."""

from channels.channel import Capabilities
from channels.fit import fit
from channels.message import Choice, Menu, OutboundMessage, PublicText

CARD = OutboundMessage(
    key="k",
    channel="any",
    to="room",
    conversation="c",
    text=PublicText("INC-1"),
    choices=(Choice("claim", "Claim"),),
    menus=(
        Menu(label="Priority", choices=(Choice("p1", "High"),), picked="p1", open="open:p"),
        Menu(label="Category", choices=(Choice("c1", "Network"),), open="open:c"),
    ),
)


def test_a_menu_becomes_a_button_that_says_what_is_picked_and_asks_for_the_choices() -> None:
    [part] = fit(CARD, Capabilities(buttons=True))
    assert part.choices == (
        Choice("open:p", "Priority: High"),
        Choice("open:c", "Category: —"),
        Choice("claim", "Claim"),
    )


def test_without_buttons_menus_are_numbered_with_the_rest() -> None:
    [part] = fit(CARD, Capabilities())
    assert part.text == "INC-1\n\n1. Priority: High\n2. Category: —\n3. Claim"


def test_a_network_with_menus_shows_them_itself() -> None:
    [part] = fit(CARD, Capabilities(buttons=True, menus=True))
    assert part.choices == CARD.choices
