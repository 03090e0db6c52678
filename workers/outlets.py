"""What carries each channel, built from the settings."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from workers.channels.base import Channel as Outlet
from workers.channels.circuit import Circuit
from workers.channels.folder import FolderChannel
from workers.channels.http_door import HttpDoor
from workers.channels.mail import MailChannel
from workers.channels.mail_server import MailServer
from workers.channels.plugins import BadPlugin, open_plugin
from workers.channels.provider import Guarded, Provider
from workers.channels.rate import TokenBucket
from workers.channels.sms_brevo import BrevoSms
from workers.channels.sms_message import SmsSender
from workers.channels.sms_ovh import OvhKeys, OvhSms
from workers.channels.sms_twilio import TwilioSms
from workers.hooks.addresses import address_of
from workers.letter_outlets import lre_of, post_of
from workers.settings import Settings
from workers.settings_parts.channels import PLUGIN, Sms
from workers.settings_parts.errors import Finding, SettingsError
from workers.settings_parts.sources import FILE_NAME
from workflows.invoice import POSTED, SHEETS, Channel

#: The folder of letters that somebody posts, below the outbox.
POST: Final = "post"


def outlets_of(settings: Settings) -> dict[Channel, Outlet]:
    """What carries each channel, as the settings choose.

    Raises:
        SettingsError: a plug-in is not installed, or does not open.
    """
    given = _by_provider(settings)
    carried = {channel: _outlet(channel, settings) for channel in Channel if channel not in given}
    if any(channel in POSTED for channel in given):
        paper = Guarded(post_of(settings.post), bucket=TokenBucket(settings.post.per_minute, burst=5))
        carried |= dict.fromkeys((channel for channel in given if channel in POSTED), paper)
    if Channel.LRE in given:
        lre = lre_of(settings.lre, settings.data_dir, address_of(settings, "ar24"))
        carried[Channel.LRE] = Guarded(lre, bucket=TokenBucket(settings.lre.per_minute, burst=5))
    return carried


def _by_provider(settings: Settings) -> list[Channel]:
    """The channels of letters that a provider carries; those on paper share one, with its circuit and its limit."""
    chosen = settings.delivery.channels
    return [channel for channel in SHEETS if getattr(chosen, channel) == "provider"]


def post_folder(settings: Settings) -> Path:
    """Where letters lie that somebody posts."""
    return settings.outbox / POST


def _outlet(channel: Channel, settings: Settings) -> Outlet:
    chosen = str(getattr(settings.delivery.channels, channel, "folder"))
    if chosen.startswith(PLUGIN):
        return _plugin(chosen.removeprefix(PLUGIN), channel, settings)
    match chosen:
        case "smtp":
            return MailChannel(mail_server_of(settings))
        case "provider" if channel is Channel.SMS:
            return Guarded(sms_of(settings), bucket=TokenBucket(settings.sms.per_minute, burst=5))
        case "print":
            return FolderChannel(post_folder(settings), str(channel))
        case _:
            return FolderChannel(settings.outbox, str(channel))


def sms_of(settings: Settings) -> Provider:
    """The provider of text messages that the settings name; they were checked to be whole."""
    sms, receipts_at = settings.sms, address_of(settings, str(settings.sms.provider))
    sender = SmsSender(str(sms.sender), sms.price_per_segment)
    if sms.provider == "ovh" and sms.ovh is not None:
        mine = sms.ovh
        keys = OvhKeys(*_plain(mine.application_key, mine.application_secret, mine.consumer_key))
        return OvhSms(_door(sms, mine.url), keys, service=mine.service, sender=sender)
    if sms.provider == "brevo" and sms.brevo is not None:
        api_key = sms.brevo.api_key.get_secret_value()
        return BrevoSms(_door(sms, sms.brevo.url), api_key=api_key, sender=sender, receipts_at=receipts_at)
    if sms.provider == "twilio" and sms.twilio is not None:
        sid = sms.twilio.account_sid
        door = _door(sms, sms.twilio.url, auth=(sid, sms.twilio.auth_token.get_secret_value()))
        return TwilioSms(door, account_sid=sid, sender=sender, receipts_at=receipts_at)
    raise ValueError("sms.provider is missing; name who carries text messages: ovh, brevo or twilio")


def _door(sms: Sms, url: str, auth: tuple[str, str] | None = None) -> HttpDoor:
    return HttpDoor(url, timeout_s=sms.timeout_s, deadline_s=sms.deadline_s, auth=auth)


def _plain(*secrets: SecretStr) -> list[str]:
    return [secret.get_secret_value() for secret in secrets]


def _plugin(name: str, channel: Channel, settings: Settings) -> Outlet:
    given: Mapping[str, object] = settings.plugins.get(name, {})
    try:
        return Guarded(open_plugin(name, str(channel), given), circuit=Circuit())
    except BadPlugin as bad:
        key = f"delivery.channels.{channel}"
        raise SettingsError((Finding(key=key, value=name, source=FILE_NAME, fr=bad.fr, en=bad.en),)) from bad


def mail_server_of(settings: Settings) -> MailServer:
    """The SMTP server of the settings."""
    smtp = settings.smtp
    if smtp.host is None:
        raise ValueError("smtp.host is missing; name the server that takes e-mails")
    return MailServer(
        host=smtp.host,
        port=smtp.port,
        security=smtp.security,
        username=smtp.username,
        password=smtp.password.get_secret_value() if smtp.password else None,
        ca_file=smtp.ca_file,
        timeout_s=smtp.timeout_s,
        deadline_s=smtp.deadline_s,
        answer_timeout_s=smtp.answer_timeout_s,
        mails_per_minute=smtp.mails_per_minute,
    )
