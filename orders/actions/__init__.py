"""Every write of the waste orders. The basket is a draft and leaves no audit trail; sending it does."""

from orders.actions.basket import (
    MOST_LINES,
    BasketFull,
    add_to_basket,
    change_line,
    locked_basket,
    mark_spot,
    remove_line,
    restore_line,
)
from orders.actions.changes import CannotChange, cancel_job, change_job
from orders.actions.progress import News, set_status, take_news
from orders.actions.repeating import CannotRepeat, repeat_job
from orders.actions.reports import answer_report, report_job, situation_of
from orders.actions.sending import CannotSend, confirm, copied_from, send_basket
from orders.actions.telling import order_url
from orders.actions.wishes import NewAddress, Wish

__all__ = [
    "MOST_LINES",
    "BasketFull",
    "CannotChange",
    "CannotRepeat",
    "CannotSend",
    "NewAddress",
    "News",
    "Wish",
    "add_to_basket",
    "answer_report",
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
    "report_job",
    "restore_line",
    "send_basket",
    "set_status",
    "situation_of",
    "take_news",
]
