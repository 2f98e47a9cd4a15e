"""Addresses of what belongs to shoppers: accounts, wishes, what they looked at."""

from django.urls import include, path

from shop.shoppers.views import account, recently, wishlist

urlpatterns = [
    path("account/", account.account, name="account"),
    path("account/", include("allauth.account.urls")),
    path("viewed/", recently.look, name="viewed"),
    path("viewed/forget/", recently.forget, name="viewed_forget"),
    path("wishlist/", wishlist.show, name="wishlist"),
    path("wishlist/hearts/", wishlist.hearts, name="hearts"),
    path("wishlist/share/", wishlist.share, name="wishlist_share"),
    path("wishlist/unshare/", wishlist.unshare, name="wishlist_unshare"),
    path("wishlist/of/<str:token>/", wishlist.shared, name="shared_wishlist"),
]
