// The merchant's pages: previews of chosen files, the progress of an upload and the order of
// photographs. Without this script everything but the previews works, by numbers.
"use strict";

const PREVIEWS = 24;

document.documentElement.classList.add("scripted");

function preview(file) {
  const image = document.createElement("img");
  image.src = URL.createObjectURL(file);
  image.alt = file.name;
  // What the browser cannot show (HEIC) is named.
  image.onerror = () => image.replaceWith(file.name);
  image.onload = () => URL.revokeObjectURL(image.src);
  return image;
}

function showChosen(input) {
  const files = [...input.files];
  const chosen = input.closest("[data-dropzone]").querySelector("[data-chosen]");
  const pictures = files.filter((file) => file.type.startsWith("image/")).slice(0, PREVIEWS);
  const others = files.filter((file) => !file.type.startsWith("image/")).map((file) => file.name);
  const left = files.length - pictures.length - others.length;
  chosen.replaceChildren(
    ...pictures.map(preview),
    others.join(", "),
    left > 0 ? chosen.dataset.more.replace("{count}", left) : "",
  );
}

// What a photograph tells before it is saved. Sent small: it is looked at small, and a phone's is
// not. What the browser cannot read (HEIC) goes as it is.
const LOOKED_AT = 640;
let latestLook;

async function shrunk(file) {
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, LOOKED_AT / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    const drawing = canvas.getContext("2d");
    // As the shop fills up what is transparent.
    drawing.fillStyle = "white";
    drawing.fillRect(0, 0, canvas.width, canvas.height);
    drawing.drawImage(picture, 0, 0, canvas.width, canvas.height);
    return await new Promise((done) => canvas.toBlob((blob) => done(blob ?? file), "image/jpeg", 0.92));
  } catch {
    return file;
  }
}

async function lookAt(file, looks) {
  const { wait, away, without } = looks.dataset;
  const look = latestLook = Symbol("look");
  looks.textContent = wait;
  const body = new FormData();
  body.set("picture", await shrunk(file), "picture.jpg");
  body.set("without", without);
  const token = looks.closest("form").querySelector("[name=csrfmiddlewaretoken]").value;
  const headers = { "X-CSRFToken": token };
  const told = await fetch(looks.dataset.looks, { method: "POST", body, headers })
    .then((answer) => (answer.ok ? answer.text() : Promise.reject(answer.status)))
    .catch(() => null);
  // Another one was chosen meanwhile.
  if (look !== latestLook) return;
  if (told === null) looks.textContent = away;
  else {
    looks.innerHTML = told;
    htmx.process(looks);
  }
}

function fill(name, value) {
  const field = document.getElementById(`id_${name}`);
  if (!field) return;
  field.value = value;
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fill]");
  if (!button) return;
  fill(button.dataset.fill, button.dataset.value);
  button.setAttribute("aria-pressed", "true");
});

document.addEventListener("fill", ({ detail }) => fill(detail.field, detail.value));

// Django's widgets for choosing make boxes of their own, which do not say what they are for. They
// are made as the page has loaded.
function nameChoosers() {
  for (const box of document.querySelectorAll(".select2-container")) {
    const label = box.parentElement.querySelector("select")?.labels?.[0] ?? box.closest(".field-line, .form-row")?.querySelector("label");
    const words = label?.textContent.trim() || box.previousElementSibling?.name;
    for (const part of box.querySelectorAll("[role=combobox], [role=textbox], [role=searchbox], input")) part.setAttribute("aria-label", words);
  }
  for (const tip of document.querySelectorAll(".help-tooltip[aria-label]")) tip.setAttribute("role", "img");
}

addEventListener("load", () => setTimeout(nameChoosers));

// Caught on its way down: django-unfold's own listener looks for a text field beside the input.
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-dropzone] input[type=file]")) return;
  event.stopPropagation();
  showChosen(event.target);
  const looks = document.querySelector("[data-looks]");
  if (looks && event.target.files.length) lookAt(event.target.files[0], looks);
}, true);

for (const [name, over] of [["dragenter", true], ["dragover", true], ["dragleave", false], ["drop", false]]) {
  document.addEventListener(name, (event) => {
    const zone = event.target.closest?.("[data-dropzone]");
    if (zone) zone.classList.toggle("dropzone--over", over);
  });
}

document.addEventListener("htmx:xhr:progress", (event) => {
  const form = event.target.closest?.("[data-progress]");
  if (!form || !event.detail.lengthComputable) return;
  const bar = form.querySelector("progress");
  bar.hidden = false;
  bar.value = (100 * event.detail.loaded) / event.detail.total;
});

// The order of photographs: by dragging them, or by their buttons. The numbers say the same.

function renumber(list) {
  [...list.children].forEach((item, place) => { item.querySelector("input[type=number]").value = place + 1; });
}

function tellPlace(list, item) {
  const places = [...list.children];
  const words = list.dataset.said.replace("{place}", places.indexOf(item) + 1).replace("{count}", places.length);
  list.parentElement.querySelector("[data-sorted-said]").textContent = words;
}

function settle(list, item) {
  renumber(list);
  tellPlace(list, item);
  // Whoever leaves without saving is asked.
  item.querySelector("input[type=number]").dispatchEvent(new Event("change", { bubbles: true }));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-move]");
  if (!button) return;
  const item = button.closest("[data-sortable]");
  const list = item.parentElement;
  if (button.dataset.move === "1") item.nextElementSibling?.after(item);
  else item.previousElementSibling?.before(item);
  settle(list, item);
  // At the end of the way this button is hidden, and the other one goes on.
  const other = item.querySelector(`[data-move="${-button.dataset.move}"]`);
  (getComputedStyle(button).visibility === "hidden" ? other : button).focus();
});

document.addEventListener("pointerdown", (event) => {
  const handle = event.target.closest("[data-drag]");
  if (!handle || event.button) return;
  event.preventDefault();
  const item = handle.closest("[data-sortable]");
  const list = item.parentElement;
  handle.setPointerCapture(event.pointerId);
  item.classList.add("photograph--moving");
  const move = ({ clientX, clientY }) => {
    const over = document.elementFromPoint(clientX, clientY)?.closest("[data-sortable]");
    if (!over || over === item || over.parentElement !== list) return;
    const goesOn = item.compareDocumentPosition(over) & Node.DOCUMENT_POSITION_FOLLOWING;
    over[goesOn ? "after" : "before"](item);
  };
  const end = () => {
    handle.removeEventListener("pointermove", move);
    item.classList.remove("photograph--moving");
    settle(list, item);
  };
  handle.addEventListener("pointermove", move);
  handle.addEventListener("lostpointercapture", end, { once: true });
});

// What goes into other pages is copied, where the browser allows it.

document.documentElement.classList.toggle("copies", Boolean(navigator.clipboard));

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.previousElementSibling.textContent);
  button.textContent = button.dataset.copied;
});
