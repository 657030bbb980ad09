from django.urls import URLPattern, URLResolver

app_name = "outages"
urlpatterns: list[URLPattern | URLResolver] = []
