from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "portal.audit"
    label = "audit"
    verbose_name = _("Audit log")

    def ready(self) -> None:
        from portal import registry
        from portal.admin_site import site
        from portal.audit import actions, history, personal_data

        site.listeners.append(actions.record_change)
        registry.keep_personal_data(registry.PersonalData(name="activity", export=personal_data.export))
        registry.fill("admin.history", history.render)
        registry.register(registry.Module(app="audit", on_tenant_created=actions.record_tenant_created))
