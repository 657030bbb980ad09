"""Every write of the waste orders. The basket is a draft and leaves no audit trail; sending it does."""

from orders.actions.basket import add_to_basket, change_line, locked_basket, mark_spot, remove_line, restore_line
from orders.actions.changes import CannotChange, cancel_job, change_job, set_status
from orders.actions.repeating import CannotRepeat, repeat_job
from orders.actions.sending import CannotSend, confirm, copied_from, order_url, send_basket
from orders.actions.wishes import NewAddress, Wish

__all__ = [
    "CannotChange",
    "CannotRepeat",
    "CannotSend",
    "NewAddress",
    "Wish",
    "add_to_basket",
    "cancel_job",
    "change_job",
    "change_line",
    "confirm",
    "copied_from",
    "locked_basket",
    "mark_spot",
    "order_url",
    "remove_line",
    "repeat_job",
    "restore_line",
    "send_basket",
    "set_status",
]
