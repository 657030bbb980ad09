from orders.models.basket import Basket, BasketLine
from orders.models.order import Order, OrderLine, Status
from orders.models.photos import Photo
from orders.models.places import AllowedWaste, EquipmentType, Location, Placement, WasteType
from orders.models.revision import OrderRevision
from orders.models.rules import OrderingRules

__all__ = [
    "AllowedWaste",
    "Basket",
    "BasketLine",
    "EquipmentType",
    "Location",
    "Order",
    "OrderLine",
    "OrderRevision",
    "OrderingRules",
    "Photo",
    "Placement",
    "Status",
    "WasteType",
]
