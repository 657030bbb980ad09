"""What a row that staff can leave says of it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Leavable(models.Model):
    """Mixin of what waits for staff. Its rows have `needing_staff()`: those that somebody can still do something about
    and that nobody has left. A subclass with constraints of its own puts `Leavable.Meta.constraints` in front of them.
    """

    left_at = models.DateTimeField(_("left as it is"), null=True, editable=False)
    left_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("left by"),
    )

    class Meta:
        abstract = True
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(left_by=None) | models.Q(left_at__isnull=False), name="%(class)s_left_by_and_when"
            ),
        ]
