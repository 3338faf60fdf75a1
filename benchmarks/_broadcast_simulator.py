"""The platform of ``broadcast.py``, a process of its own: followers who just wrote. Says where, runs until ended."""

import asyncio
import json
import sys

from wxsim.testing import running
from wxsim.world.following import follow, write


async def main(people: int) -> None:
    """Print one line of JSON: base, app_id, secret, openids."""
    async with running(seed="7") as simulator:
        world = simulator.world
        [account] = world.accounts.values()
        openids = []
        for _ in range(people):
            person = world.create_person()
            follow(world, account, person)
            write(world, account, person, "想要报价单")
            openids.append(world.openid(account.appid, person))
        told = {"base": simulator.official_account_base, "app_id": account.appid, "secret": account.secret}
        print(json.dumps({**told, "original_id": account.original_id, "openids": openids}), flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
