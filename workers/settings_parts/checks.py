"""What one table of the settings needs of another."""

from workers.settings_parts.channels import Sms
from workers.settings_parts.post import Post
from workers.settings_parts.table import refused
from workers.settings_parts.web import Hooks


def check_hooks(hooks: Hooks, sms: Sms, post: Post) -> None:
    """Whether every provider that may call can prove who it is.

    Raises:
        PydanticCustomError: names the key to add.
    """
    if hooks.twilio and sms.twilio is None:
        raise refused(
            "sms.twilio",
            "donnez la table [sms.twilio] : son auth_token vérifie les appels de Twilio",
            "give the table [sms.twilio]: its auth_token proves Twilio’s calls",
        )
    if hooks.merci_facteur and (post.merci_facteur is None or post.merci_facteur.webhook_key is None):
        raise refused(
            "post.merci_facteur.webhook_key",
            "donnez la clé des webhooks de l’onglet « API » : elle vérifie les appels de Merci Facteur",
            "give the webhook key of the tab “API”: it proves Merci Facteur’s calls",
        )
