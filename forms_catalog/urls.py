from django.urls import URLPattern, URLResolver

app_name = "forms_catalog"
urlpatterns: list[URLPattern | URLResolver] = []
