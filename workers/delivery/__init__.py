"""Delivery: the only place that lets something out."""

from workers.delivery.deliver import Delivery, DeliveryPolicy

__all__ = ["Delivery", "DeliveryPolicy"]
