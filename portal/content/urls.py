from django.urls import path

from portal.content import views, web_app

app_name = "content"
urlpatterns = [
    path("customer-service/", views.customer_service, name="customer_service"),
    path("pages/<slug:slug>/", views.page, name="page"),
    path("news/", views.news, name="news"),
    path("news/read/", views.read_all, name="read_all"),
    path("news/feed.atom", views.news_feed, name="news_feed"),
    path("news/<int:pk>/", views.news_item, name="news_item"),
    path("news/<int:pk>/picture/", views.news_picture, name="news_picture"),
    path("app.webmanifest", web_app.manifest, name="manifest"),
    path("area/", views.choose_area, name="choose_area"),
]
