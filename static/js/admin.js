// The merchant's pages: previews of chosen files and the progress of an upload. Without this
// script everything but the previews works.
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
