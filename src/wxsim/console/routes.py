"""Paths of the console."""

from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from wxsim.console.acts import act_as_person, act_as_staff, call_from_page, create_person
from wxsim.console.pages import HERE, show_code, show_console, show_phone, stream_changes

ROUTES: list[BaseRoute] = [
    Route("/console", show_console),
    Route("/console/phone/{person}", show_phone),
    Route("/console/phone/{corpid}/{userid}", show_phone),
    Route("/console/live", stream_changes),
    Route("/console/people", create_person, methods=["POST"]),
    Route("/console/people/{person}/{act}", act_as_person, methods=["POST"]),
    Route("/console/staff/{corpid}/{userid}/page-call", call_from_page, methods=["POST"]),
    Route("/console/staff/{corpid}/{userid}/{act}", act_as_staff, methods=["POST"]),
    Route("/q/{code}", show_code),
    Mount("/console/assets", StaticFiles(directory=HERE / "assets")),
]
