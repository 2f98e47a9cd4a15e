// A frame around a part of a picture: moved by what is within it, drawn anew from beside it, and
// changed at its corners. The numbers in its form say the same, and do without this script.
"use strict";

const SIDES = ["left", "top", "width", "height"];
// Of the picture's longer side that a corner can be taken at, and pixels that are left at least.
const CORNER = 0.06;
const LEAST = 16;

const within = (value, least, most) => Math.min(Math.max(value, least), most);

function boxOf(form) {
  return Object.fromEntries(SIDES.map((side) => [side, Math.round(Number(form.elements[side].value)) || 0]));
}

function drawFrame(form) {
  const picture = form.querySelector("[data-frame-picture]");
  const { width: w, height: h } = picture.viewBox.baseVal;
  const { left, top, width, height } = boxOf(form);
  const edge = picture.querySelector(".frame__edge");
  for (const [name, value] of Object.entries({ x: left, y: top, width, height })) edge.setAttribute(name, Math.max(0, value));
  picture.querySelector(".frame__shade").setAttribute("d", `M0 0H${w}V${h}H0ZM${left} ${top}h${width}v${height}h${-width}z`);
  picture.querySelector(".frame__corners").setAttribute("d", corners(left, top, width, height, CORNER * Math.max(w, h)));
}

// Where it can be taken: only who can drag sees them.
function corners(left, top, width, height, long) {
  const [x, y] = [Math.min(long, width / 3), Math.min(long, height / 3)];
  const [right, bottom] = [left + width, top + height];
  return `M${left} ${top + y}V${top}h${x}M${right - x} ${top}H${right}v${y}M${right} ${bottom - y}V${bottom}h${-x}M${left + x} ${bottom}H${left}v${-y}`;
}

function setFrame(form, box) {
  for (const side of SIDES) form.elements[side].value = Math.round(box[side]);
  drawFrame(form);
}

function pointIn(picture, event) {
  const { width, height } = picture.viewBox.baseVal;
  const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(picture.getScreenCTM().inverse());
  return { x: within(point.x, 0, width), y: within(point.y, 0, height) };
}

// Between a corner that stays and where the pointer is.
function spanned(fixed, point, size) {
  const width = within(Math.abs(point.x - fixed.x), LEAST, size.width);
  const height = within(Math.abs(point.y - fixed.y), LEAST, size.height);
  return {
    left: within(point.x < fixed.x ? fixed.x - width : fixed.x, 0, size.width - width),
    top: within(point.y < fixed.y ? fixed.y - height : fixed.y, 0, size.height - height),
    width,
    height,
  };
}

// What a drag that begins here does: a function from where the pointer is to the frame.
function dragged(box, start, size) {
  const near = CORNER * Math.max(size.width, size.height);
  const [right, bottom] = [box.left + box.width, box.top + box.height];
  const corners = [[box.left, box.top, right, bottom], [right, box.top, box.left, bottom], [box.left, bottom, right, box.top], [right, bottom, box.left, box.top]];
  const corner = corners.find(([x, y]) => Math.hypot(x - start.x, y - start.y) < near);
  if (corner) return (point) => spanned({ x: corner[2], y: corner[3] }, point, size);
  const isAll = box.width === size.width && box.height === size.height;
  const isWithin = start.x > box.left && start.x < right && start.y > box.top && start.y < bottom;
  if (isAll || !isWithin) return (point) => spanned(start, point, size);
  return (point) => ({
    ...box,
    left: within(box.left + point.x - start.x, 0, size.width - box.width),
    top: within(box.top + point.y - start.y, 0, size.height - box.height),
  });
}

document.addEventListener("pointerdown", (event) => {
  const picture = event.target.closest("[data-frame-picture]");
  if (!picture || event.button) return;
  event.preventDefault();
  const form = picture.closest("[data-frame]");
  const frameAt = dragged(boxOf(form), pointIn(picture, event), picture.viewBox.baseVal);
  picture.setPointerCapture(event.pointerId);
  const move = (moved) => setFrame(form, frameAt(pointIn(picture, moved)));
  picture.addEventListener("pointermove", move);
  picture.addEventListener("lostpointercapture", () => picture.removeEventListener("pointermove", move), { once: true });
});

document.addEventListener("input", (event) => {
  const form = event.target.closest("[data-frame]");
  if (form) drawFrame(form);
});

for (const form of document.querySelectorAll("[data-frame]")) drawFrame(form);
