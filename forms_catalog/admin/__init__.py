from forms_catalog.admin import enquiries, inspections, service_forms

__all__ = ["enquiries", "inspections", "service_forms"]
