"""What a company tells: its information pages, its news, and the areas both may be about."""

from portal.content.models.area import GridArea
from portal.content.models.news import News, NewsRead
from portal.content.models.page import Page, filled

__all__ = ["GridArea", "News", "NewsRead", "Page", "filled"]
