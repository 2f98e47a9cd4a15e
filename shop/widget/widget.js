// Vitrine's widget, version 1: what looks like a product, and a search by photo, on the pages of
// any shop. A strict content security policy bears it: no markup out of texts, no style attributes,
// nothing evaluated. It sets no cookie and stores nothing.
(() => {
  "use strict";

  // Two shops' snippets on one page, or one twice: the first serves.
  if (customElements.get("vitrine-similar")) return;

  const SCRIPT = document.currentScript;
  const MOST = 24;
  // How near to what is seen a panel begins to load, and how large a picture is sent.
  const AHEAD = "300px";
  const LONG_SIDE = 1024;
  // Below it a product is not close, only the least far.
  const CLOSE_FROM = 0.1;

  const TEXTS = {
    en: {
      similar: "Looks alike",
      nothing: "Nothing looks alike just now.",
      failed: "This cannot be shown just now.",
      busy: "That was a lot at once. Try again in a moment.",
      again: "Try again",
      from: (price) => `from ${price}`,
      former: "instead of",
      gone: "Sold out",
      photo: "Search by photo",
      choose: "Choose a photo",
      camera: "Take a photo",
      drop: "or drop one here",
      privacy: (host) => `The picture is made small, sent to ${host}, looked at and not kept.`,
      yours: "Your photo",
      noPicture: "This is no picture.",
      looking: "Looking …",
      found: (count) => (count === 1 ? "1 product found" : `${count} products found`),
      far: "Nothing is close. This is the least far:",
    },
    de: {
      similar: "Sieht ähnlich aus",
      nothing: "Gerade sieht nichts ähnlich aus.",
      failed: "Das lässt sich gerade nicht zeigen.",
      busy: "Das war viel auf einmal. Versuch es gleich noch einmal.",
      again: "Noch einmal versuchen",
      from: (price) => `ab ${price}`,
      former: "statt",
      gone: "Ausverkauft",
      photo: "Mit einem Foto suchen",
      choose: "Foto auswählen",
      camera: "Foto aufnehmen",
      drop: "oder hier ablegen",
      privacy: (host) =>
        `Das Bild wird verkleinert, an ${host} geschickt, angesehen und nicht behalten.`,
      yours: "Dein Foto",
      noPicture: "Das ist kein Bild.",
      looking: "Wird angesehen …",
      found: (count) => (count === 1 ? "1 Produkt gefunden" : `${count} Produkte gefunden`),
      far: "Nichts kommt nahe heran. Das hier noch am ehesten:",
    },
  };

  // Colours and type are the page's. What has a height has it before it is filled.
  const SHEET = new CSSStyleSheet();
  SHEET.replaceSync(`
    :host { display: block; --faint: color-mix(in srgb, currentColor 8%, transparent); }
    :host([hidden]), [hidden] { display: none !important; }
    * { box-sizing: border-box; }
    [part~="heading"] { margin: 0 0 .75rem; font-size: 1.25em; font-weight: 500; }
    [part~="stage"] { display: grid; align-items: center; }
    [part~="stage"] > * { grid-area: 1 / 1; min-width: 0; }
    [part~="list"] {
      display: grid; grid-auto-flow: column; gap: var(--vitrine-gap, .75rem);
      grid-auto-columns: var(--vitrine-card-width, 11rem);
      margin: 0 -4px; padding: 4px; list-style-type: "";
      overflow-x: auto; scrollbar-width: thin;
      scroll-snap-type: x proximity; scroll-padding-inline: 4px;
    }
    :host(:is([layout="grid"], vitrine-photo-search)) [part~="list"] {
      grid-auto-flow: row;
      grid-template-columns:
        repeat(auto-fill, minmax(min(var(--vitrine-card-width, 11rem), 45%), 1fr));
    }
    :host(:not([state="ready"], [state="loading"])) [part~="list"] { visibility: hidden; }
    [part~="item"] { scroll-snap-align: start; min-width: 0; }
    [part~="card"] { display: block; color: inherit; text-decoration: none; }
    [part~="card"]:hover [part~="name"] { text-decoration: underline; }
    [part~="frame"] {
      display: block; position: relative; overflow: hidden; margin-block-end: .5rem;
      aspect-ratio: var(--vitrine-ratio, 4 / 5); border-radius: var(--vitrine-radius, 4px);
      background: var(--faint);
    }
    [part~="image"] {
      position: absolute; inset: 0; width: 100%; height: 100%; object-fit: cover;
    }
    [part~="text"] { display: block; height: 3lh; }
    [part~="name"] {
      display: -webkit-box; overflow: hidden; -webkit-box-orient: vertical; -webkit-line-clamp: 2;
    }
    [part~="facts"] { display: block; overflow: hidden; white-space: nowrap; }
    [part~="price"] { font-variant-numeric: tabular-nums; }
    [part~="former-price"] { margin-inline-start: .35em; }
    [part~="gone"] { margin-inline-start: .5em; }
    [part~="message"] { margin: 0 0 .75rem; min-height: 1lh; }
    [part~="stage"] [part~="trouble"] { text-align: center; }
    button {
      min-height: 44px; padding: 0 1.25em; font: inherit; color: inherit; cursor: pointer;
      border: 1px solid; border-radius: var(--vitrine-radius, 4px); background: none;
    }
    button:hover { background: var(--faint); }
    :focus-visible { outline: 2px solid var(--vitrine-focus, currentColor); outline-offset: 2px; }
    [part~="drop"] {
      display: flex; flex-wrap: wrap; align-items: center; gap: .75rem; padding: 1.25rem;
      margin-block-end: .75rem; border: 1px dashed; border-radius: var(--vitrine-radius, 4px);
    }
    :host([dragging]) [part~="drop"] { border-style: solid; background: var(--faint); }
    [part~="privacy"] { flex-basis: 100%; margin: 0; font-size: .875em; }
    [part~="preview"] {
      display: block; max-width: 100%; max-height: 14rem; margin-block-end: .75rem;
      border-radius: var(--vitrine-radius, 4px);
    }
    .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
    @media (prefers-reduced-motion: no-preference) {
      .blank [part~="frame"] { animation: wait 1.2s ease-in-out infinite alternate; }
      @keyframes wait { to { opacity: .45; } }
    }
  `);

  // An element with its part, its properties and what lies in it.
  function make(name, part, properties, ...children) {
    const element = Object.assign(document.createElement(name), properties);
    if (part) element.setAttribute("part", part);
    element.append(...children);
    return element;
  }

  function blank() {
    const parts = ["frame", "text"].map((part) => make("span", part));
    return make("li", "item", { className: "blank", ariaHidden: "true" }, ...parts);
  }

  // The picture on a canvas, as upright and as small as it is looked at.
  async function drawn(file) {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, LONG_SIDE / Math.max(picture.width, picture.height));
    const canvas = make("canvas", "preview", {
      width: Math.max(1, Math.round(picture.width * scale)),
      height: Math.max(1, Math.round(picture.height * scale)),
    });
    const drawing = canvas.getContext("2d");
    // As the shop fills up what is transparent.
    drawing.fillStyle = "white";
    drawing.fillRect(0, 0, canvas.width, canvas.height);
    drawing.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    return canvas;
  }

  const bytesOf = (canvas) =>
    new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.9));

  // What both elements do: ask, and show what was found or why nothing is.
  class Finder extends HTMLElement {
    static observedAttributes = ["heading", "key", "lang", "link", "most", "product", "shop"];

    constructor() {
      super();
      this.attachShadow({ mode: "open" }).adoptedStyleSheets = [SHEET];
    }

    connectedCallback() {
      this.renew();
    }

    disconnectedCallback() {
      this.stop();
    }

    // Several attributes that change at once are one change.
    attributeChangedCallback(name, before, now) {
      if (!this.isConnected || before === now || this.changing) return;
      this.changing = true;
      queueMicrotask(() => {
        this.changing = false;
        if (this.isConnected) this.renew();
      });
    }

    stop() {
      this.latest?.abort();
    }

    get texts() {
      return TEXTS[this.language];
    }

    // The page's, if the widget knows it.
    get language() {
      const [code] = this.locale.split("-");
      return code in TEXTS ? code : "en";
    }

    get locale() {
      const said = this.closest("[lang]")?.lang || "en";
      try {
        return Intl.getCanonicalLocales(said.replaceAll("_", "-"))[0];
      } catch {
        return "en";
      }
    }

    get most() {
      const said = Number.parseInt(this.getAttribute("most"), 10);
      return Math.min(MOST, Math.max(1, said || this.constructor.USUAL));
    }

    get shop() {
      const said = this.getAttribute("shop") || SCRIPT?.dataset.shop || SCRIPT?.src;
      if (!said) throw new Error("Name the shop: shop=\"https://...\"");
      return new URL(said, document.baseURI).origin;
    }

    get key() {
      return this.getAttribute("key") || SCRIPT?.dataset.key || "";
    }

    // The parts around what is found; `title` is what the panel is called without a heading.
    frame(title, ...before) {
      const { texts } = this;
      const name = this.getAttribute("heading") || title;
      const heading = make("slot", "", { name: "heading" }, make("h2", "heading", {}, name));
      this.list = make("ul", "list", { tabIndex: -1 });
      this.message = make("p", "message", { role: "status" });
      this.retry = make("button", "button", { type: "button", hidden: true }, texts.again);
      this.retry.addEventListener("click", () => {
        this.again();
        // The button went, and focus must not go with it.
        this.list.focus();
      });
      const panel = make("section", "panel", { ariaLabel: name, lang: this.language });
      panel.append(heading, ...before);
      this.shadowRoot.replaceChildren(panel);
      return panel;
    }

    async find(path, parameters, options = {}) {
      this.latest?.abort();
      const { signal } = (this.latest = new AbortController());
      this.wait();
      try {
        const products = await this.ask(path, parameters, { ...options, signal });
        if (!signal.aborted) this.show(products);
      } catch (error) {
        if (!signal.aborted) this.fail(error);
      }
    }

    async ask(path, parameters, options) {
      const query = new URLSearchParams({ ...parameters, most: this.most, key: this.key });
      const response = await fetch(`${this.shop}/api/widget/v1/${path}?${query}`, {
        ...options,
        credentials: "omit",
        headers: { "Accept-Language": this.language },
      });
      if (response.ok) return response.json();
      const { detail } = await response.json().catch(() => ({}));
      throw Object.assign(new Error(detail || response.statusText), { status: response.status });
    }

    state(name, text = "", canRetry = false) {
      this.setAttribute("state", name);
      this.list.ariaBusy = String(name === "loading");
      this.message.textContent = text;
      this.retry.hidden = !canRetry;
    }

    wait(text = "") {
      this.list.replaceChildren(...Array.from({ length: this.most }, blank));
      this.state("loading", text);
    }

    show(products) {
      const text = products.length ? this.said(products) : this.texts.nothing;
      if (products.length) this.list.replaceChildren(...products.map(this.item, this));
      this.state(products.length ? "ready" : "empty", text);
      this.tell("results", { products });
    }

    // Why nothing is shown. A product that the shop does not know is no trouble of the visitor's.
    fail({ message, status = 0 }) {
      const { texts } = this;
      if (status === 404) this.state("empty", texts.nothing);
      else if (status === 422) this.state("error", message);
      else this.state("error", status === 429 ? texts.busy : texts.failed, true);
      this.tell("error", { message, status });
    }

    tell(name, detail, cancelable = false) {
      const options = { bubbles: true, composed: true, cancelable, detail };
      return this.dispatchEvent(new CustomEvent(`vitrine-${name}`, options));
    }

    item(product, place) {
      const card = make("a", "card", { href: this.addressOf(product) });
      card.append(
        this.picture(product.picture),
        make("span", "text", {}, make("span", "name", {}, product.name), this.facts(product)),
      );
      card.addEventListener("click", (event) => {
        if (!this.tell("click", { product, place }, true)) event.preventDefault();
      });
      return make("li", "item", {}, card);
    }

    // Where the page says how its own addresses look, there; else to the shop that was asked.
    addressOf(product) {
      const pattern = this.getAttribute("link");
      const names = [...(pattern ?? "").matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      if (!pattern || !names.every((name) => product[name])) return product.url;
      const address = pattern.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(product[name]));
      const base = document.baseURI;
      const isPage = URL.canParse(address, base) && /^https?:/.test(new URL(address, base).href);
      return isPage ? address : product.url;
    }

    picture(cover) {
      const frame = make("span", "frame");
      if (!cover) return frame;
      frame.style.backgroundColor = cover.tint;
      const sizes = "auto, 12rem";
      const { alt, avif, height, src, width } = cover;
      frame.append(
        make("picture", "", {},
          make("source", "", { type: "image/avif", srcset: avif, sizes }),
          // Lazy before it has an address, which it would load at once.
          make("img", "image", { loading: "lazy", sizes, alt, width, height, src }),
        ),
      );
      return frame;
    }

    facts(product) {
      const { texts } = this;
      const price = this.priced(product.price);
      const shown = product.differs ? texts.from(price) : price;
      const facts = make("span", "facts", {}, make("span", "price", {}, shown));
      if (product.former_price) {
        facts.append(
          make("span", "", { className: "unseen" }, ` ${texts.former} `),
          make("s", "former-price", {}, this.priced(product.former_price)),
        );
      }
      if (!product.available) facts.append(make("span", "gone", {}, texts.gone));
      return facts;
    }

    priced({ cents, currency }) {
      const options = { style: "currency", currency };
      return new Intl.NumberFormat(this.locale, options).format(cents / 100);
    }
  }

  class Similar extends Finder {
    static USUAL = 10;

    renew() {
      this.stop();
      const panel = this.frame(this.texts.similar);
      const trouble = make("div", "trouble", {}, this.message, this.retry);
      panel.append(make("div", "stage", {}, this.list, trouble));
      this.wait();
      this.nearing = new IntersectionObserver(
        (seen) => {
          if (!seen.some(({ isIntersecting }) => isIntersecting)) return;
          this.nearing.disconnect();
          this.again();
        },
        { rootMargin: AHEAD },
      );
      this.nearing.observe(this);
    }

    stop() {
      super.stop();
      this.nearing?.disconnect();
    }

    again() {
      this.find("similar", { product: this.getAttribute("product") ?? "" });
    }

    // What is shown says it all.
    said() {
      return "";
    }
  }

  class PhotoSearch extends Finder {
    static USUAL = 12;

    renew() {
      this.stop();
      const { texts } = this;
      const drop = make("div", "drop", {}, ...this.ways(), make("span", "hint", {}, texts.drop));
      drop.append(make("p", "privacy", {}, texts.privacy(new URL(this.shop).host)));
      this.takeDrops(drop);
      this.preview = make("div");
      const panel = this.frame(texts.photo, drop, this.preview);
      panel.append(this.message, this.retry, this.list);
      this.state("idle");
    }

    // A button for files and, where there may be a camera, one for that.
    ways() {
      const { texts } = this;
      const ways = [this.way(texts.choose)];
      if (matchMedia("(pointer: coarse)").matches) {
        ways.push(this.way(texts.camera));
        ways[1][1].setAttribute("capture", "environment");
      }
      return ways.flat();
    }

    way(text) {
      const input = make("input", "", { type: "file", accept: "image/*", hidden: true });
      input.addEventListener("change", () => {
        this.take(input.files[0]);
        // So that the same file can be chosen once more.
        input.value = "";
      });
      const button = make("button", "button", { type: "button" }, text);
      button.addEventListener("click", () => input.click());
      return [button, input];
    }

    takeDrops(drop) {
      drop.addEventListener("dragover", (event) => {
        event.preventDefault();
        this.toggleAttribute("dragging", true);
      });
      drop.addEventListener("dragleave", (event) => {
        if (!drop.contains(event.relatedTarget)) this.toggleAttribute("dragging", false);
      });
      drop.addEventListener("drop", (event) => {
        event.preventDefault();
        this.toggleAttribute("dragging", false);
        this.take(event.dataTransfer.files[0]);
      });
    }

    async take(file) {
      if (!file) return;
      this.stop();
      this.preview.replaceChildren();
      if (file.type && !file.type.startsWith("image/")) {
        this.fail({ status: 422, message: this.texts.noPicture });
        return;
      }
      this.chosen = file;
      this.wait();
      const sent = await this.small(file);
      // Another one may have been chosen meanwhile.
      if (this.chosen !== file) return;
      this.sent = sent;
      this.again();
    }

    // What the browser cannot read, as some photos of phones (HEIC), goes as it is.
    async small(file) {
      try {
        const canvas = await drawn(file);
        canvas.role = "img";
        canvas.ariaLabel = this.texts.yours;
        if (this.chosen === file) this.preview.replaceChildren(canvas);
        return (await bytesOf(canvas)) ?? file;
      } catch {
        return file;
      }
    }

    wait() {
      super.wait(this.texts.looking);
    }

    state(name, ...rest) {
      super.state(name, ...rest);
      this.list.hidden = name !== "loading" && name !== "ready";
    }

    again() {
      const body = new FormData();
      body.set("picture", this.sent, "photo");
      this.find("photo-search", {}, { method: "POST", body });
    }

    said(products) {
      const { texts } = this;
      const isClose = products.some(({ score }) => score >= CLOSE_FROM);
      return isClose ? texts.found(products.length) : texts.far;
    }
  }

  customElements.define("vitrine-similar", Similar);
  customElements.define("vitrine-photo-search", PhotoSearch);
})();
