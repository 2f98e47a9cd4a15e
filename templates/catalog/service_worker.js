{% load static %}// Shows the offline page when a page cannot be had. Nothing else is kept: the shop's prices and
// sizes must never come from yesterday.
const CACHE = "offline-1";
const KEPT = ["{% url 'offline' %}", "{% static 'css/shop.css' %}", "{% static 'icons.svg' %}"];

addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(KEPT)));
});

addEventListener("fetch", (event) => {
  if (event.request.mode === "navigate") {
    event.respondWith(fetch(event.request).catch(() => caches.match(KEPT[0])));
  } else if (KEPT.includes(new URL(event.request.url).pathname)) {
    event.respondWith(fetch(event.request).catch(() => caches.match(event.request)));
  }
});
