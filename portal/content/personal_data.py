"""What information holds of a person: which news they have opened."""

from portal.accounts.models import User
from portal.content.models import NewsRead


def export(user: User) -> list[str]:
    return [str(read.news) for read in NewsRead.objects.filter(user=user).select_related("news").order_by("pk")]


def forget(user: User) -> None:
    NewsRead.objects.filter(user=user).delete()
