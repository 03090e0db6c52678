"""Delivery: the only place that lets something out."""

from workers.delivery.claims import DeliveryPolicy
from workers.delivery.deliver import Delivery

__all__ = ["Delivery", "DeliveryPolicy"]
