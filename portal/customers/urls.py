from django.urls import path

from portal.customers import views

app_name = "customers"
urlpatterns = [
    path("choose/", views.choose, name="choose"),
    path("my-access/", views.my_access, name="my_access"),
    path("my-access/<int:pk>/end/", views.give_back, name="give_back"),
    path("access/", views.ask_for_access, name="ask_for_access"),
    path("access/sent/", views.asked, name="asked"),
    path("register/", views.register_company, name="register_company"),
    path("register/find/", views.find_company, name="find_company"),
    path("invitation/<str:token>/", views.invitation, name="invitation"),
    path("invitation/<str:token>/code/", views.invitation_code, name="invitation_code"),
    path("invitation/<str:token>/accept/", views.accept_invitation, name="accept_invitation"),
    path("invitation/<str:token>/sign-out/", views.sign_out_for_invitation, name="sign_out_for_invitation"),
    path("people/", views.people, name="people"),
    path("people/invite/", views.invite_person, name="invite_person"),
    path("people/<int:pk>/", views.person, name="person"),
    path("people/<int:pk>/remove/", views.remove_person, name="remove_person"),
    path("people/invitations/<int:pk>/send/", views.send_invitation_again, name="send_invitation_again"),
    path("people/invitations/<int:pk>/withdraw/", views.withdraw_invitation, name="withdraw_invitation"),
    path("authorizations/", views.authorizations, name="authorizations"),
    path("authorizations/new/", views.give_authorization, name="give_authorization"),
    path("authorizations/<int:pk>/revoke/", views.revoke_authorization, name="revoke_authorization"),
    path("on-behalf/stop/", views.stop_acting, name="stop_acting"),
]
