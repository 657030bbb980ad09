from orders.jobs import Status
from orders.models.basket import Basket, BasketLine
from orders.models.order import Order, OrderLine
from orders.models.photos import Photo
from orders.models.places import AllowedWaste, Depot, EquipmentType, Location, Placement, WasteType
from orders.models.progress import JobReport, StatusChange
from orders.models.revision import OrderRevision
from orders.models.rules import OrderingRules

__all__ = [
    "AllowedWaste",
    "Basket",
    "BasketLine",
    "Depot",
    "EquipmentType",
    "JobReport",
    "Location",
    "Order",
    "OrderLine",
    "OrderRevision",
    "OrderingRules",
    "Photo",
    "Placement",
    "Status",
    "StatusChange",
    "WasteType",
]
