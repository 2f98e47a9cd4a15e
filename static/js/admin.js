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
