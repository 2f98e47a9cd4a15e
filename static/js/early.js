// Runs before anything is shown. Where a page is not ready for it the browser leaves the animation
// from the one before it out, which is no fault; it may do so before a deferred script could say it.
addEventListener("unhandledrejection", (event) => {
  if (event.reason instanceof DOMException && event.reason.message.includes("ransition was")) event.preventDefault();
});
