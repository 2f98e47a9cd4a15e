// Runs inside a page; returns one sentence for each rule of good pages that it breaks and that axe
// does not know. What lies outside of `within` (a selector) is somebody else's.
(within) => {
  const faults = [];
  const say = (rule, element) => faults.push(`${rule}: ${element.outerHTML.slice(0, 160)}`);
  const isShown = (element) => element.checkVisibility({ visibilityProperty: true });

  const titles = [...document.querySelectorAll("h1")].filter(isShown);
  if (titles.length !== 1) faults.push(`${titles.length} main headings`);

  for (const image of [...document.images].filter((one) => one.closest(within) && isShown(one))) {
    if (!(image.getAttribute("width") > 0 && image.getAttribute("height") > 0)) say("no size", image);
    if (image.complete && image.currentSrc && !image.naturalWidth) say("broken picture", image);
  }
  // Axe would have to load it ahead, to know whether it plays by itself.
  for (const one of document.querySelectorAll("audio, video")) say("plays", one);
  return faults;
}
