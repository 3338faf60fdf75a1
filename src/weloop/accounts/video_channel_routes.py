"""Routes of Channels accounts (视频号)."""

from fastapi import APIRouter

from weloop.access.api import Admin, SignedIn
from weloop.accounts import video_channels
from weloop.accounts.models import Account
from weloop.accounts.schemas import VideoChannelInfo, VideoChannelInput
from weloop.kit.http import RequestUnit, RowId

router = APIRouter(prefix="/video-channels", tags=["accounts"])


@router.get("")
async def list_video_channels(_: SignedIn, unit: RequestUnit) -> list[VideoChannelInfo]:
    """Those that somebody noted: they have no official interface that could be asked."""
    return [_info(row) for row in await video_channels.list_video_channels(unit)]


@router.post("", status_code=201)
async def add_video_channel(body: VideoChannelInput, user: Admin, unit: RequestUnit) -> VideoChannelInfo:
    """Note one by its name and id."""
    return _info(await video_channels.add_video_channel(unit, user, body.name, body.finder_id))


@router.put("/{account_id}")
async def change_video_channel(
    account_id: RowId, body: VideoChannelInput, user: Admin, unit: RequestUnit
) -> VideoChannelInfo:
    """Give it another name or id."""
    return _info(await video_channels.change_video_channel(unit, user, account_id, body.name, body.finder_id))


@router.delete("/{account_id}", status_code=204)
async def remove_video_channel(account_id: RowId, user: Admin, unit: RequestUnit) -> None:
    """Remove it; what took place there keeps its name."""
    await video_channels.remove_video_channel(unit, user, account_id)


def _info(row: Account) -> VideoChannelInfo:
    return VideoChannelInfo(id=row.id, name=row.name, finder_id=row.app_id, created_at=row.created_at)
