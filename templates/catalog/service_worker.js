{% load i18n static %}{% get_available_languages as languages %}// Shows the offline page when a page cannot be had. Nothing else is kept: the shop's prices and
// sizes must never come from yesterday.
const CACHE = "offline-2";
const OFFLINE = [{% for code, name in languages %}{% language code %}"{% url 'offline' %}"{% endlanguage %}{% if not forloop.last %}, {% endif %}{% endfor %}];
const KEPT = [...OFFLINE, "{% static 'css/shop.css' %}", "{% static 'icons.svg' %}"];

// The page in the language that the visitor was about to read.
function offlinePage(address) {
  const { pathname } = new URL(address);
  return OFFLINE.findLast((page) => pathname.startsWith(page.replace("offline/", "")));
}

addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(KEPT)));
});

addEventListener("fetch", (event) => {
  if (event.request.mode === "navigate") {
    event.respondWith(fetch(event.request).catch(() => caches.match(offlinePage(event.request.url))));
  } else if (KEPT.includes(new URL(event.request.url).pathname)) {
    event.respondWith(fetch(event.request).catch(() => caches.match(event.request)));
  }
});
