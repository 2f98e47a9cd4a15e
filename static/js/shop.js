// Everything here only makes livelier what already works without it: links stay links, forms stay
// forms. Fragments arrive through htmx, so listeners sit on the document and find their element.

const MOTION = matchMedia("(prefers-reduced-motion: no-preference)");
const PHONE = matchMedia("(max-width: 47.99rem)");
const behavior = () => (MOTION.matches ? "smooth" : "instant");

// The panel of similar items opens under the row of its picture; one at a time.

function closePanel({ focus = false } = {}) {
  const panel = document.querySelector("li.panel");
  if (!panel) return;
  const opener = panel.previousElementSibling?.querySelector(".alike");
  panel.remove();
  opener?.setAttribute("aria-expanded", "false");
  if (focus) opener?.focus();
}

document.addEventListener("htmx:beforeRequest", (event) => {
  const opener = event.target.closest(".alike");
  if (!opener) return;
  const open = opener.getAttribute("aria-expanded") === "true";
  closePanel();
  if (open) event.preventDefault();
});

document.addEventListener("htmx:afterRequest", (event) => {
  const opener = event.target.closest(".alike");
  const panel = opener?.closest("li")?.nextElementSibling;
  if (!panel?.matches(".panel")) return;
  opener.setAttribute("aria-expanded", "true");
  panel.querySelector("h2")?.focus({ preventScroll: true });
  panel.scrollIntoView({ block: "nearest", behavior: behavior() });
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
  const choice = document.querySelector(".choice[open]");
  if (choice) {
    choice.open = false;
    choice.querySelector("summary").focus();
  } else {
    closePanel({ focus: true });
  }
});

// Rails scroll by finger and keyboard by themselves; the wheel and the buttons are added here.

function railTrack(element) {
  return element.closest("[data-rail]")?.querySelector("[data-rail-track]");
}

function prepareRail(rail) {
  const track = rail.querySelector("[data-rail-track]");
  const buttons = rail.querySelector("[data-rail-buttons]");
  if (!track || !buttons) return;
  const update = () => {
    const end = track.scrollWidth - track.clientWidth;
    buttons.hidden = end < 8;
    buttons.firstElementChild.disabled = track.scrollLeft < 8;
    buttons.lastElementChild.disabled = track.scrollLeft > end - 8;
  };
  track.addEventListener("scroll", update, { passive: true });
  track.addEventListener("wheel", turnWheel, { passive: false });
  new ResizeObserver(update).observe(track);
}

function turnWheel(event) {
  const track = event.currentTarget;
  if (event.shiftKey || event.ctrlKey || Math.abs(event.deltaX) >= Math.abs(event.deltaY)) return;
  const before = track.scrollLeft;
  track.scrollLeft += event.deltaY;
  // At either end the wheel belongs to the page again.
  if (track.scrollLeft !== before) event.preventDefault();
}

// The gallery: thumbnails slide the strip, the picture opens large.

function prepareGallery(gallery) {
  const stage = gallery.querySelector("[data-stage]");
  const thumbs = [...gallery.querySelectorAll("[data-thumb]")];
  stage.addEventListener("scroll", () => {
    const shown = Math.round(stage.scrollLeft / stage.clientWidth);
    thumbs.forEach((thumb, place) => {
      if (place === shown) thumb.setAttribute("aria-current", "true");
      else thumb.removeAttribute("aria-current");
    });
  }, { passive: true });
}

function slideTo(thumb) {
  const stage = thumb.closest("[data-gallery]").querySelector("[data-stage]");
  const place = [...thumb.parentElement.children].indexOf(thumb);
  stage.scrollTo({ left: place * stage.clientWidth, behavior: behavior() });
}

function enlarge(link) {
  const box = document.querySelector("[data-lightbox]");
  const image = box.querySelector("img");
  image.src = link.href;
  image.alt = link.querySelector("img").alt;
  box.showModal();
}

// A picture can be dropped or pasted on any page, and previewed on the page of the photo search.

function carriesFiles(event) {
  return [...(event.dataTransfer?.types ?? [])].includes("Files");
}

function sendPicture(file) {
  const form = document.querySelector("[data-photo-form]") ?? document.createElement("form");
  if (!form.isConnected) {
    form.method = "post";
    form.enctype = "multipart/form-data";
    form.action = document.querySelector("[data-photo-link]").href;
    form.hidden = true;
    form.innerHTML = '<input type="file" name="picture"><input name="q">';
    form.querySelector("[name=q]").value = document.getElementById("find-words").value;
    document.body.append(form);
  }
  const files = new DataTransfer();
  files.items.add(file);
  form.querySelector('[name="picture"]').files = files.files;
  preview(form, file);
  form.submit();
}

function preview(form, file) {
  const drop = form.querySelector("[data-drop]");
  if (!drop) return;
  drop.setAttribute("aria-busy", "true");
  const image = drop.querySelector("[data-preview]");
  image.src = URL.createObjectURL(file);
  image.hidden = false;
  const title = drop.querySelector("[data-drop-title]");
  title.textContent = title.dataset.busy;
}

document.addEventListener("dragover", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  document.querySelector("[data-dropping]").hidden = false;
});
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) document.querySelector("[data-dropping]").hidden = true;
});
document.addEventListener("drop", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  document.querySelector("[data-dropping]").hidden = true;
  sendPicture(event.dataTransfer.files[0]);
});
document.addEventListener("paste", (event) => {
  const file = [...event.clipboardData.files].find((one) => one.type.startsWith("image/"));
  if (file) sendPicture(file);
});

// One listener each for clicks and changes.

document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-close-panel], [data-rail-step], [data-thumb], [data-zoom], [data-lightbox], [data-choose]");
  if (!target || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (target.matches("[data-close-panel]")) closePanel({ focus: true });
  if (target.matches("[data-rail-step]")) {
    const track = railTrack(target);
    track.scrollBy({ left: Number(target.dataset.railStep) * track.clientWidth * 0.9, behavior: behavior() });
  }
  if (target.matches("[data-thumb]")) { event.preventDefault(); slideTo(target); }
  if (target.matches("[data-zoom]")) { event.preventDefault(); enlarge(target); }
  if (target.matches("[data-lightbox]")) target.close();
  if (target.matches("[data-choose]")) document.getElementById(target.dataset.choose).click();
});

document.addEventListener("change", (event) => {
  const input = event.target;
  if (input.matches("[data-photo-form] [type=file]") && input.files.length) sendPicture(input.files[0]);
});

// On a phone an open filter is a sheet: it is closed by its buttons, and by a touch of what is dimmed.

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-close-choice]");
  if (!button) return;
  event.preventDefault();
  const choice = button.closest(".choice");
  choice.open = false;
  choice.querySelector("summary").focus();
});

// Enter changes a filter as leaving its field does; the browser would do both, one after the other,
// and the first request would be in vain.

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches(".filters input[type=text]")) return;
  event.preventDefault();
  event.target.dispatchEvent(new Event("change", { bubbles: true }));
});

// An open filter closes when one clicks beside it, and stays open while its choices come into force.

document.addEventListener("click", (event) => {
  for (const choice of document.querySelectorAll(".choice[open]")) {
    if (!choice.contains(event.target)) choice.open = false;
  }
});

// A product may have several hearts on a page; all of them show whether it is kept.
// Panels that came into sight are counted, once for a page and with nobody's number, where anything
// is written down of the visitor at all.
const inSight = new Set();
const told = new Set();
const seer = document.querySelector('[data-taste="always"]') && new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) if (isIntersecting) inSight.add(target.dataset.panel);
  if (inSight.size) setTimeout(tellSeen, 1000);
}, { threshold: 0.3 });

function tellSeen() {
  const fresh = [...inSight].filter((name) => !told.has(name));
  for (const name of fresh) told.add(name);
  if (fresh.length) navigator.sendBeacon("/panels/seen/", new URLSearchParams(fresh.map((name) => ["panel", name])));
}

function watchPanels(part) {
  const panels = "[data-rail][data-panel]";
  if (part.matches?.(panels)) seer?.observe(part);
  for (const panel of part.querySelectorAll(panels)) seer?.observe(panel);
}

watchPanels(document);
document.addEventListener("htmx:load", ({ detail }) => watchPanels(detail.elt));
addEventListener("pagehide", tellSeen);

document.addEventListener("wish", ({ detail }) => {
  for (const heart of document.querySelectorAll(`.heart[value="${detail.product}"]`)) {
    heart.name = detail.kept ? "drop" : "keep";
    heart.setAttribute("aria-pressed", detail.kept);
  }
});

// A size that is missing is asked for in the page's own words, beside the sizes.

document.addEventListener("invalid", (event) => {
  const sizes = event.target.closest(".sizes");
  if (!sizes) return;
  event.preventDefault();
  if (sizes.querySelector("input:invalid") !== event.target) return;
  const ask = sizes.querySelector("[data-ask]");
  ask.textContent = ask.dataset.ask;
  event.target.focus({ preventScroll: true });
  sizes.scrollIntoView({ block: "center", behavior: behavior() });
}, { capture: true });

document.addEventListener("change", (event) => {
  event.target.closest(".sizes")?.querySelector("[data-ask]").replaceChildren();
});

// Empty fields and the usual order have no business in an address that somebody may pass on.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  const usual = detail.elt.querySelector("[data-usual]");
  for (const [name, value] of [...detail.formData]) {
    if (value === "" || (name === usual?.name && value === usual.value)) detail.formData.delete(name);
  }
});

// What went wrong has a page of its own, which htmx would not show.
document.addEventListener("htmx:responseError", ({ detail }) => {
  if (detail.boosted) location.assign(detail.pathInfo.finalRequestPath);
});

let inUse = {};

document.addEventListener("htmx:beforeSwap", () => {
  inUse = { choice: document.querySelector(".choice[open]")?.id, field: document.activeElement?.id };
});
document.addEventListener("htmx:afterSwap", () => {
  const choice = inUse.choice && document.getElementById(inUse.choice);
  if (!choice) return;
  choice.open = true;
  document.getElementById(inUse.field)?.focus({ preventScroll: true });
});

// Suggestions while one types: a combobox whose options the server makes. What was looked for
// lately is kept in the browser alone.

const LATELY = "vitrine.searches";
const MOST_LATELY = 6;
const PAUSE_MS = 120;

function lately() {
  try {
    return JSON.parse(localStorage.getItem(LATELY)) ?? [];
  } catch {
    return [];
  }
}

function keepSearch(words) {
  const text = words.trim();
  if (!text) return;
  keepSearched(text);
  const others = lately().filter((other) => other !== text);
  try {
    localStorage.setItem(LATELY, JSON.stringify([text, ...others].slice(0, MOST_LATELY)));
  } catch {
    // The browser keeps nothing for this page: so be it.
  }
}

function option(text, id) {
  const made = document.createElement("a");
  Object.assign(made, { className: "find__option", id, textContent: text, tabIndex: -1 });
  made.setAttribute("role", "option");
  return made;
}

function searching(form, text) {
  const asked = new FormData(form);
  asked.set("q", text);
  return `${form.action}?${new URLSearchParams(asked)}`;
}

function showLately(form, list) {
  const title = document.createElement("div");
  Object.assign(title, { className: "find__title", textContent: list.dataset.recent });
  title.setAttribute("role", "presentation");
  const searches = lately().map((text, place) => {
    const made = option(text, `find-lately-${place}`);
    made.href = searching(form, text);
    made.dataset.search = text;
    return made;
  });
  const forget = option(list.dataset.forget, "find-forget");
  forget.dataset.forget = "";
  list.replaceChildren(...(searches.length ? [title, ...searches, forget] : []));
}

// On a phone the way to search is to the field, where one also finds the categories.

function showCategories(list) {
  const title = document.createElement("div");
  Object.assign(title, { className: "find__title", textContent: document.querySelector(".shelf")?.ariaLabel ?? "" });
  title.setAttribute("role", "presentation");
  const ways = [...document.querySelectorAll("[data-shelf]")].map((link, place) => {
    const made = option(link.dataset.shelf, `find-category-${place}`);
    made.href = link.href;
    return made;
  });
  list.append(...(ways.length ? [title, ...ways] : []));
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-to-search]") || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  scrollTo({ top: 0, behavior: "instant" });
  document.getElementById("find-words").focus();
});

function prepareFind(form) {
  const field = form.querySelector("[name=q]");
  const list = form.querySelector("[role=listbox]");
  const options = () => [...list.querySelectorAll("[role=option]")];
  let pause;
  let request;
  let chosen = -1;

  const choose = (place) => {
    chosen = place;
    options().forEach((one, at) => one.setAttribute("aria-selected", at === place));
    const one = options()[place];
    if (one) field.setAttribute("aria-activedescendant", one.id);
    else field.removeAttribute("aria-activedescendant");
    one?.scrollIntoView({ block: "nearest" });
  };
  const open = (isOpen) => {
    list.hidden = !isOpen;
    field.setAttribute("aria-expanded", isOpen);
    choose(-1);
  };
  const suggest = async () => {
    request?.abort();
    request = new AbortController();
    const { signal } = request;
    const text = field.value.trim();
    if (text.length < 2) {
      if (text) list.replaceChildren();
      else {
        showLately(form, list);
        if (PHONE.matches) showCategories(list);
      }
    } else {
      const answer = await fetch(`${form.dataset.find}?q=${encodeURIComponent(text)}`, { signal }).catch(() => null);
      if (signal.aborted) return;
      list.innerHTML = answer?.ok ? await answer.text() : "";
      if (signal.aborted) return;
      // Beside a picture words narrow what looks like it.
      if (form.matches(".find--beside")) for (const one of list.querySelectorAll("[data-search]")) one.href = searching(form, one.dataset.search);
    }
    open(document.activeElement === field && options().length > 0);
  };

  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false" })) field.setAttribute(name, value);
  field.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(suggest, PAUSE_MS);
  });
  field.addEventListener("focus", () => { if (!field.value.trim()) suggest(); });
  field.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (list.hidden) return void suggest();
      const places = options().length + 1;
      choose(((chosen + 1 + step + places) % places) - 1);
    } else if (event.key === "Enter" && !list.hidden && chosen >= 0) {
      event.preventDefault();
      options()[chosen].click();
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      open(false);
    }
  });
  field.addEventListener("blur", () => open(false));
  // A press would take the focus away, and with it the list, before it became a click.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const one = event.target.closest("[role=option]");
    if (one?.dataset.search) keepSearch(one.dataset.search);
    if (one?.dataset.forget === undefined) return;
    localStorage.removeItem(LATELY);
    open(false);
  });
  form.addEventListener("submit", () => keepSearch(field.value));
}

document.querySelectorAll("[data-find]").forEach(prepareFind);

// The shelf that one is at is in sight, however many there are.

const shelf = document.querySelector(".shelf__item:has([aria-current])");
if (shelf) {
  const list = shelf.parentElement;
  list.scrollLeft = shelf.offsetLeft + shelf.offsetWidth / 2 - list.clientWidth / 2;
}

// Taste. What one looks at in this window stays in the window, and goes along with what asks for it:
// so the very next page knows, and of whoever only looks the shop keeps nothing.

const SEEN = "vitrine.seen";
const SEARCHED = "vitrine.searched";
const CAME_FROM = "vitrine.from";
const MOST_SEEN = 40;
const MOST_SEARCHED = 3;

function inWindow(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key)) ?? [];
  } catch {
    return [];
  }
}

function keepInWindow(key, entries) {
  try {
    sessionStorage.setItem(key, JSON.stringify(entries));
  } catch {
    // The browser keeps nothing for this page: so be it.
  }
}

// A mark says why: looked at (v), wished for (w), put into the bag (b).
function keepSeen(mark, product) {
  const others = inWindow(SEEN).filter((one) => one.slice(1) !== product);
  keepInWindow(SEEN, [mark + product, ...others].slice(0, MOST_SEEN));
}

function keepSearched(words) {
  const others = inWindow(SEARCHED).filter((other) => other !== words);
  keepInWindow(SEARCHED, [words, ...others].slice(0, MOST_SEARCHED));
}

function forgetTaste() {
  sessionStorage.removeItem(SEEN);
  sessionStorage.removeItem(SEARCHED);
}

// Who comes next to this window is somebody else.
document.addEventListener("submit", ({ target }) => {
  if (target.matches("[data-leaves]")) forgetTaste();
});

function askForTaste(element) {
  const { taste, lookedAt } = element.dataset;
  if (taste === "asked") return;
  if (taste === "off") {
    forgetTaste();
    return;
  }
  const others = inWindow(SEEN).some((one) => one.slice(1) !== lookedAt);
  if (taste === "always" || others || inWindow(SEARCHED).length) htmx.trigger(element, "taste");
  if (lookedAt && !inWindow(SEEN).some((one) => one.slice(1) === lookedAt)) keepSeen("v", lookedAt);
}

document.addEventListener("htmx:configRequest", ({ target, detail }) => {
  if (target.closest("[data-taste]")) {
    detail.formData.set("seen", inWindow(SEEN).join(","));
    detail.formData.set("searched", inWindow(SEARCHED).join("\n"));
  }
  // Which panel led here, and from which place of it.
  if (target.id !== "viewed") return;
  const [path, panel, place] = inWindow(CAME_FROM);
  if (path !== location.pathname) return;
  detail.formData.set("panel", panel);
  detail.formData.set("place", place);
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-panel] .card__link");
  if (!link) return;
  const card = link.closest("li");
  const place = [...card.parentElement.children].indexOf(card) + 1;
  keepInWindow(CAME_FROM, [link.pathname, card.closest("[data-panel]").dataset.panel, place]);
}, { capture: true });

document.addEventListener("wish", ({ detail }) => keepSeen(detail.kept ? "w" : "v", detail.product));

document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  if (detail.successful && target.matches(".buy")) keepSeen("b", target.elements.product.value);
});

document.addEventListener("taste-out", ({ detail }) => {
  keepInWindow(SEEN, inWindow(SEEN).filter((one) => one.slice(1) !== detail.product));
  keepInWindow(SEARCHED, inWindow(SEARCHED).filter((words) => !detail.searches.includes(words)));
});

// From grid to product the picture itself travels, where the browser can do it. Only one picture
// of a page may have the name: on a product's page the large one gives it up.

document.addEventListener("click", (event) => {
  const picture = event.target.closest(".card__link")?.querySelector(".picture");
  if (!picture || !MOTION.matches) return;
  for (const other of document.querySelectorAll(".picture")) other.style.viewTransitionName = "none";
  picture.style.viewTransitionName = "cover";
}, { capture: true });
addEventListener("pageshow", () => {
  document.querySelector("[data-drop]")?.removeAttribute("aria-busy");
  for (const picture of document.querySelectorAll(".picture")) picture.style.viewTransitionName = "";
});

// A page that is made for paper offers to be printed.

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// htmx announces everything that comes onto the page, the page itself first.

const prepared = {};

function prepareAll(selector, root, make) {
  const found = root.matches(selector) ? [root] : [...root.querySelectorAll(selector)];
  const ready = (prepared[selector] ??= new WeakSet());
  for (const element of found.filter((one) => !ready.has(one))) {
    ready.add(element);
    make(element);
  }
}

document.addEventListener("htmx:load", (event) => {
  prepareAll("[data-rail]", event.target, prepareRail);
  prepareAll("[data-gallery]", event.target, prepareGallery);
  prepareAll("[data-taste]", event.target, askForTaste);
});

navigator.serviceWorker?.register("/sw.js");
