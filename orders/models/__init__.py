from orders.models.basket import Basket, BasketLine
from orders.models.order import Order, OrderLine, Status
from orders.models.places import EquipmentType, Location, Placement, WasteType
from orders.models.rules import OrderingRules

__all__ = [
    "Basket",
    "BasketLine",
    "EquipmentType",
    "Location",
    "Order",
    "OrderLine",
    "OrderingRules",
    "Placement",
    "Status",
    "WasteType",
]
