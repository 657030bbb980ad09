from forms_catalog.admin import enquiries, service_forms

__all__ = ["enquiries", "service_forms"]
