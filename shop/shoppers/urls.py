"""Addresses of what belongs to shoppers: accounts and wishes."""

from django.urls import include, path

from shop.shoppers.views import account, wishlist

urlpatterns = [
    path("account/", account.account, name="account"),
    path("account/", include("allauth.account.urls")),
    path("wishlist/", wishlist.show, name="wishlist"),
    path("wishlist/hearts/", wishlist.hearts, name="hearts"),
    path("wishlist/share/", wishlist.share, name="wishlist_share"),
    path("wishlist/unshare/", wishlist.unshare, name="wishlist_unshare"),
    path("wishlist/of/<str:token>/", wishlist.shared, name="shared_wishlist"),
]
