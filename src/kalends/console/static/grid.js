// The grid of a day: its steps and lanes. Times are never computed here but read from the ticks, so whatever zone the
// browser is in, and however clocks are changed that day, they are those of the site.
"use strict";

const grid = () => document.getElementById("grid");
const isColumns = () => grid().classList.contains("as-columns");
const isList = () => matchMedia("(max-width: 43.75rem)").matches; // as day.css draws it then: nothing stands at its time
const lanes = () => [...grid().querySelectorAll(".lane[data-resource]")].filter((lane) => lane.dataset.resource !== "0");
const number = (element, name) => {
  const own = element.style.getPropertyValue(`--${name}`);
  return own ? Number(own) : Number([...element.classList].find((each) => RegExp(`^${name}\\d+$`).test(each))?.slice(1));
};
const startOf = (element) => number(element, "s");
const endOf = (element) => number(element, "e");
const steps = () => endOf(grid());

function place(element, start, end) {
  element.style.setProperty("--s", start);
  element.style.setProperty("--e", end);
}

// The wall time at a step, as forms have it, and which of two that are the same it is; `zone` tells people which.
function wallAt(step) {
  const tick = [...grid().querySelectorAll(".hour")].findLast((each) => startOf(each) <= step);
  const minute = Number(tick.dataset.at.slice(14)) + 5 * (step - startOf(tick));
  const zone = tick.textContent.match(/ \(.+\)$/)?.[0] || "";
  return { at: tick.dataset.at.slice(0, 14) + String(minute).padStart(2, "0"), fold: tick.dataset.fold || "0", zone };
}

// The step at which a wall time stands; -1 if it is not shown.
function stepAt(at, fold) {
  const minutes = (text) => Number(text.slice(11, 13)) * 60 + Number(text.slice(14));
  const tick = [...grid().querySelectorAll(".hour")].findLast((each) =>
    each.dataset.at <= at && (each.dataset.fold || "0") === (fold || "0"));
  if (!tick || tick.dataset.at.slice(0, 10) !== at.slice(0, 10)) return -1;
  const step = startOf(tick) + Math.floor((minutes(at) - minutes(tick.dataset.at)) / 5);
  return step <= steps() ? step : -1;
}

// What is at a point: the lane, and the step in it, not rounded.
function pointAt(x, y) {
  const horizontal = !isColumns();
  const found = lanes().find((each) => {
    const box = each.getBoundingClientRect();
    return horizontal ? box.top <= y && y < box.bottom : box.left <= x && x < box.right;
  });
  if (!found) return null;
  const box = found.querySelector(".time").getBoundingClientRect();
  const size = parseFloat(getComputedStyle(grid()).getPropertyValue("--size"));
  return { lane: found, step: (horizontal ? x - box.left : y - box.top) / size };
}

// Redraws lanes, or all that is shown, as it is now. The focus stays on what had it, also if that is elsewhere now.
let redrawn = Promise.resolve();
let isPressed = false;
for (const type of ["pointerdown", "pointermove", "pointerup", "pointercancel"]) {
  document.addEventListener(type, (event) => { isPressed = type !== "pointercancel" && Boolean(event.buttons & 1); }, true);
}

// What somebody has hold of is not drawn anew: a click or a move would be lost with what it began on.
async function letGo() {
  while (isPressed || pending) await new Promise((resolve) => setTimeout(resolve, 50));
}

function redraw(resources) {
  redrawn = redrawn.then(() => draw(resources));
  return redrawn;
}

async function draw(resources) {
  const shown = grid() ? resources?.filter((each) => document.getElementById(`lane-${each}`)) : undefined;
  if (shown && !shown.length) return;
  const address = new URL(location);
  if (shown) {
    address.searchParams.set("lanes", shown.join("."));
    address.searchParams.set("from", grid().dataset.from);
    address.searchParams.set("until", grid().dataset.until);
  }
  const fragment = await askFragment(address);
  if (!fragment || fragment.status !== 200) return;
  await letGo();
  const focused = document.activeElement?.id;
  const revisions = new Map([...document.querySelectorAll(".it")].map((each) => [each.id, each.dataset.rev]));
  const fresh = document.createElement("div");
  fresh.append(...fragment.nodes);
  const scrolled = [grid()?.scrollLeft, grid()?.scrollTop];
  if (shown) for (const lane of fresh.querySelectorAll(".lane")) document.getElementById(lane.id)?.replaceWith(lane);
  else {
    const [now, then] = [fresh, document].map((each) => each.querySelector("[data-calendar]"));
    if (now && then) then.replaceWith(now);
    else document.getElementById("main").replaceChildren(...fresh.childNodes);
  }
  if (grid()) [grid().scrollLeft, grid().scrollTop] = scrolled;
  for (const each of document.querySelectorAll(".it")) {
    if (revisions.size && revisions.get(each.id) !== each.dataset.rev) each.classList.add("fresh");
  }
  if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus({ preventScroll: true });
  document.dispatchEvent(new CustomEvent("drawn"));
}

// The line of now goes on while the page is open.
function moveNow() {
  const now = grid()?.querySelector(".now");
  if (now) place(now, (Date.now() / 1000 - Number(grid().dataset.from)) / 300, 0);
}
setInterval(moveNow, 30000);
document.addEventListener("drawn", moveNow);
