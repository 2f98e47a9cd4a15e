// A frame around a part of a picture: moved by what is within it, changed at its edges and corners,
// drawn anew by the mouse from beside it. The numbers in its form say the same, and do without this
// script.
"use strict";

const SIDES = ["left", "top", "width", "height"];
// Of the picture's longer side: how near an edge is taken, and how far a pointer goes before another
// frame is drawn, so that a slip loses none. And pixels that are left at least.
const NEAR = 0.05;
const SLIP = 0.03;
const LEAST = 16;

const within = (value, least, most) => Math.min(Math.max(value, least), most);

function sizeOf(picture) {
  return { width: Number(picture.dataset.width), height: Number(picture.dataset.height) };
}

function boxOf(form) {
  return Object.fromEntries(SIDES.map((side) => [side, Math.round(Number(form.elements[side].value)) || 0]));
}

function drawFrame(form) {
  const picture = form.querySelector("[data-frame-picture]");
  const { width: w, height: h } = sizeOf(picture);
  const box = boxOf(form);
  const [left, top] = [within(box.left, 0, w), within(box.top, 0, h)];
  const [width, height] = [within(box.width, 0, w - left), within(box.height, 0, h - top)];
  const edge = picture.querySelector(".frame__edge");
  for (const [name, value] of Object.entries({ x: left, y: top, width, height })) edge.setAttribute(name, value);
  picture.querySelector(".frame__shade").setAttribute("d", `M0 0H${w}V${h}H0ZM${left} ${top}h${width}v${height}h${-width}z`);
  picture.querySelector(".frame__corners").setAttribute("d", corners(left, top, width, height, NEAR * Math.max(w, h)));
}

// Where it can be taken: only who can drag sees them.
function corners(left, top, width, height, long) {
  const [x, y] = [Math.min(long, width / 3), Math.min(long, height / 3)];
  const [right, bottom] = [left + width, top + height];
  return `M${left} ${top + y}V${top}h${x}M${right - x} ${top}H${right}v${y}M${right} ${bottom - y}V${bottom}h${-x}M${left + x} ${bottom}H${left}v${-y}`;
}

function setFrame(form, box) {
  for (const side of SIDES) form.elements[side].value = box[side];
  drawFrame(form);
}

// In whole pixels, so that all that comes of them is whole too.
function pointIn(picture, { clientX, clientY }) {
  const { width, height } = sizeOf(picture);
  const point = new DOMPoint(clientX, clientY).matrixTransform(picture.getScreenCTM().inverse());
  return { x: within(Math.round(point.x), 0, width), y: within(Math.round(point.y), 0, height) };
}

// One side from an end that stays to where the pointer is.
function span(fixed, to, most) {
  const length = within(Math.abs(to - fixed), LEAST, most);
  return [within(to < fixed ? fixed - length : fixed, 0, most - length), length];
}

// Which end of a side is near: -1 its start, 1 its end, 0 neither.
function endNear(at, start, length, near) {
  const [before, after] = [Math.abs(at - start), Math.abs(at - start - length)];
  if (Math.min(before, after) > near) return 0;
  return before < after ? -1 : 1;
}

// What a drag that begins here does: a function from where the pointer is to the frame, or nothing.
function dragged(box, start, size, isTouch) {
  const longer = Math.max(size.width, size.height);
  const near = NEAR * longer;
  const beside = start.x < box.left - near || start.x > box.left + box.width + near || start.y < box.top - near || start.y > box.top + box.height + near;
  const isAll = box.width === size.width && box.height === size.height;
  const [across, down] = [endNear(start.x, box.left, box.width, near), endNear(start.y, box.top, box.height, near)];
  if (!beside && (across || down)) {
    return (point) => {
      const [left, width] = across ? span(across < 0 ? box.left + box.width : box.left, point.x, size.width) : [box.left, box.width];
      const [top, height] = down ? span(down < 0 ? box.top + box.height : box.top, point.y, size.height) : [box.top, box.height];
      return { left, top, width, height };
    };
  }
  if (beside || isAll) {
    // A finger beside the frame scrolls the page.
    if (isTouch && beside) return null;
    let drawing = false;
    return (point) => {
      drawing ||= Math.hypot(point.x - start.x, point.y - start.y) > SLIP * longer;
      if (!drawing) return box;
      const [[left, width], [top, height]] = [span(start.x, point.x, size.width), span(start.y, point.y, size.height)];
      return { left, top, width, height };
    };
  }
  return (point) => ({
    ...box,
    left: within(box.left + point.x - start.x, 0, size.width - box.width),
    top: within(box.top + point.y - start.y, 0, size.height - box.height),
  });
}

function grabbed(picture, at, isTouch) {
  return dragged(boxOf(picture.closest("[data-frame]")), pointIn(picture, at), sizeOf(picture), isTouch);
}

// What is grabbed does not scroll; that must be said before the pointer moves.
document.addEventListener("touchstart", (event) => {
  const picture = event.target.closest("[data-frame-picture]");
  if (picture && event.touches.length === 1 && grabbed(picture, event.touches[0], true)) event.preventDefault();
}, { passive: false });

document.addEventListener("pointerdown", (event) => {
  const picture = event.target.closest("[data-frame-picture]");
  if (!picture || event.button) return;
  const frameAt = grabbed(picture, event, event.pointerType === "touch");
  if (!frameAt) return;
  event.preventDefault();
  const form = picture.closest("[data-frame]");
  picture.setPointerCapture(event.pointerId);
  const move = (moved) => setFrame(form, frameAt(pointIn(picture, moved)));
  picture.addEventListener("pointermove", move);
  picture.addEventListener("lostpointercapture", () => picture.removeEventListener("pointermove", move), { once: true });
});

document.addEventListener("input", (event) => {
  const form = event.target.closest("[data-frame]");
  if (form) drawFrame(form);
});

// A number that is missing is asked for where it can be seen.
document.addEventListener("invalid", (event) => {
  const folded = event.target.closest("[data-frame] details");
  if (folded) folded.open = true;
}, true);

function drawFrames() {
  for (const form of document.querySelectorAll("[data-frame]")) drawFrame(form);
}

// The numbers are set after that event.
document.addEventListener("reset", () => setTimeout(drawFrames));
// As somebody comes back to the page, with the numbers that were left there.
addEventListener("pageshow", drawFrames);
drawFrames();
