// Swagger's headings of groups are of the third rank, below one of the first. They come one after
// the other.
"use strict";

new MutationObserver(() => {
  for (const heading of document.querySelectorAll("h3.opblock-tag:not([aria-level])")) heading.setAttribute("aria-level", "2");
}).observe(document.getElementById("swagger-ui"), { childList: true, subtree: true });
