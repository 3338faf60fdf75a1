"""The platform's ear, both platforms together."""

from wxsim.wire.deliveries import Deliveries
from wxsim.wire.official_account.events import AccountEvents
from wxsim.wire.wecom.events import WecomEvents
from wxsim.world.world import World


class Notifier(WecomEvents, AccountEvents):
    """Listens to the world and calls back."""

    def __init__(self, world: World, deliveries: Deliveries) -> None:
        WecomEvents.__init__(self, world, deliveries)
        AccountEvents.__init__(self, world, deliveries)
