"""The face of the web connector."""

from weloop.connectors.web.errors import MessageRefused, MessageTooLarge, TooManyMessages
from weloop.connectors.web.keys import WriteKeys, server_account
from weloop.connectors.web.links.directory import ShortLinks
from weloop.connectors.web.links.rules import PREFIX as PREFIX_OF_LINKS
from weloop.connectors.web.links.rules import LinkEntry, address_for, is_person, read_visitor
from weloop.connectors.web.messages import Arrival, read_message
from weloop.connectors.web.rules import KeyKind, WriteKeyEntry
from weloop.connectors.web.webhooks.sender import WebhookSender
from weloop.connectors.web.webhooks.service import find_webhook_accounts

__all__ = [
    "PREFIX_OF_LINKS",
    "Arrival",
    "KeyKind",
    "LinkEntry",
    "MessageRefused",
    "MessageTooLarge",
    "ShortLinks",
    "TooManyMessages",
    "WebhookSender",
    "WriteKeyEntry",
    "WriteKeys",
    "address_for",
    "find_webhook_accounts",
    "is_person",
    "read_message",
    "read_visitor",
    "server_account",
]
