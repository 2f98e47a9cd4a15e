// Runs inside a page; returns one sentence for each rule of accessible pages that it breaks. What
// lies outside of `within` (a selector) is somebody else's.
(within) => {
  const faults = [];
  const say = (rule, element) => faults.push(`${rule}: ${element.outerHTML.slice(0, 160)}`);
  const isShown = (element) => element.checkVisibility({ visibilityProperty: true });
  const shown = (selector) =>
    [...document.querySelectorAll(selector)].filter((one) => one.closest(within) && isShown(one));

  if (!document.documentElement.lang.startsWith("en")) faults.push("no language");
  if (!document.title.trim()) faults.push("no title");
  const titles = [...document.querySelectorAll("h1")].filter(isShown);
  if (titles.length !== 1) faults.push(`${titles.length} main headings`);

  for (const image of shown("img")) {
    if (!image.hasAttribute("alt")) say("no alternative text", image);
    if (!(image.getAttribute("width") > 0 && image.getAttribute("height") > 0)) say("no size", image);
    if (image.complete && image.currentSrc && !image.naturalWidth) say("broken picture", image);
  }

  const nameOf = (element) =>
    element.getAttribute("aria-label") ??
    [...element.querySelectorAll("img")].map((image) => image.alt).join("") + element.textContent;
  for (const element of shown("a[href], button, summary")) {
    if (!nameOf(element).trim()) say("no name", element);
  }
  for (const field of shown("input:not([type=hidden]), select, textarea")) {
    const labelled = [...(field.labels ?? [])].some((label) => label.textContent.trim());
    if (!labelled && !field.getAttribute("aria-label")?.trim()) say("no label", field);
  }

  const ids = [...document.querySelectorAll("[id]")].filter((one) => !(one instanceof SVGElement));
  const seen = new Set();
  for (const element of ids) {
    if (seen.has(element.id)) say("an id twice", element);
    seen.add(element.id);
  }
  return faults.concat(lowContrast(shown("body *")));

  // WCAG 2.2, success criterion 1.4.3 (AA): 4.5 to 1, for large text 3 to 1.
  function lowContrast(elements) {
    const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    const rgba = (colour) => {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
      return [red, green, blue, alpha / 255];
    };
    const over = (top, bottom) => {
      const mixed = [0, 1, 2].map((i) => top[i] * top[3] + bottom[i] * (1 - top[3]));
      return [...mixed, 1];
    };
    const luminance = (colour) => {
      const [red, green, blue] = colour.slice(0, 3).map((value) => {
        const part = value / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const behind = (element) => {
      if (!element) return rgba("canvas");
      const own = rgba(getComputedStyle(element).backgroundColor);
      return own[3] === 1 ? own : over(own, behind(element.parentElement));
    };
    const hasText = (element) =>
      [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    // What is only there to be heard is one pixel small. Letters of a font of icons are no text.
    const isUnseen = (element) =>
      element.closest("[disabled], [aria-hidden=true], .skip, .material-symbols-outlined") ||
      element.clientWidth === 1;
    const low = [];
    for (const element of elements.filter((one) => hasText(one) && !isUnseen(one))) {
      const style = getComputedStyle(element);
      const ground = behind(element);
      const [one, other] = [over(rgba(style.color), ground), ground].map(luminance);
      const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
      const size = parseFloat(style.fontSize);
      const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      if (ratio < (isLarge ? 3 : 4.5)) low.push(`contrast ${ratio.toFixed(2)}: ${element.outerHTML.slice(0, 160)}`);
    }
    return low;
  }
}
