"""The address at which a provider tells what became of one message: it bears our own name for it.

Where the connection broke and nobody knows the provider's name for the message, its call still finds the message.
"""

from typing import Final
from urllib.parse import urlencode

#: The parameter of our own: the `message_id` without its angle brackets.
REFERENCE: Final = "reference"


def receipts_for(address: str, message_id: str) -> str:
    """The address for calls about one message.

    Args:
        address: where the provider calls, without a query.
        message_id: ours, with or without angle brackets.
    """
    return f"{address}?{urlencode({REFERENCE: message_id.strip('<>')})}"
