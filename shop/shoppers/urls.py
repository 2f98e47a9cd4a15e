"""Addresses of what belongs to shoppers: accounts, wishes, what they looked at and think."""

from django.urls import include, path

from shop.shoppers.views import account, addresses, data, recently, reviews, wishlist

urlpatterns = [
    path("account/", account.account, name="account"),
    path("account/addresses/", addresses.show, name="addresses"),
    path("account/addresses/add/", addresses.add, name="address_add"),
    path("account/addresses/<int:key>/", addresses.change, name="address_change"),
    path("account/addresses/<int:key>/remove/", addresses.remove, name="address_remove"),
    path("account/data/", data.show, name="account_data"),
    path("account/data/export/", data.export, name="account_export"),
    path("account/delete/", data.delete, name="account_delete"),
    path("account/gone/", data.gone, name="account_gone"),
    path("account/", include("allauth.account.urls")),
    path("p/<slug:slug>/reviews/", reviews.show, name="reviews"),
    path("viewed/", recently.look, name="viewed"),
    path("viewed/forget/", recently.forget, name="viewed_forget"),
    path("wishlist/", wishlist.show, name="wishlist"),
    path("wishlist/hearts/", wishlist.hearts, name="hearts"),
    path("wishlist/share/", wishlist.share, name="wishlist_share"),
    path("wishlist/unshare/", wishlist.unshare, name="wishlist_unshare"),
    path("wishlist/of/<str:token>/", wishlist.shared, name="shared_wishlist"),
]
