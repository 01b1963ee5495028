// A booking begins on an empty place of the grid: by a click where it starts, or by a drag over the time that it takes,
// for which a finger rests first.
"use strict";

const STEP = 3; // steps of the grid to which both keep
let span = null;
let fromEmpty = false; // what is dragged off a box may end on an empty place, but begins nothing there

// What is empty at a point: the lane and the step, or nothing.
function emptyAt(event) {
  const isEmpty = event.target.closest?.(".lane .time") && !event.target.closest(".it, .near-time") && grid()?.dataset.new;
  const point = isEmpty && pointAt(event.clientX, event.clientY);
  return point && point.lane.dataset.resource !== "0" && !isList() ? point : null;
}

function beginAt(lane, step, length, from) {
  const { at, fold } = wallAt(step);
  const query = new URLSearchParams({ resource: lane.dataset.resource, at, fold, ...(length && { length }) });
  openPanel(`${grid().dataset.new}?${query}`, from);
}

document.addEventListener("click", (event) => {
  const point = fromEmpty && emptyAt(event);
  if (!point || event.detail !== 1 || event.ctrlKey || event.metaKey) return; // by keyboard the link itself is meant
  event.preventDefault();
  event.stopPropagation();
  beginAt(point.lane, Math.floor(point.step / STEP) * STEP, 0, event.target.closest("a"));
}, true);

document.addEventListener("pointerdown", (event) => {
  const point = emptyAt(event);
  fromEmpty = Boolean(point);
  if (!point || event.button || span) return;
  span = {
    lane: point.lane.id, from: Math.floor(point.step / STEP) * STEP, x: event.clientX, y: event.clientY, moved: false,
    ...byTouch(event, beginSpan),
  };
});
document.addEventListener("pointermove", (event) => {
  if (!span || (!span.moved && !isFar(span, event))) return;
  if (!span.scroll && span.touch) return void endSpan();
  event.preventDefault();
  [span.x, span.y, span.moved] = [event.clientX, event.clientY, true];
  if (!span.scroll) beginSpan();
  stretch();
});

function beginSpan() {
  span.scroll = setInterval(() => scrollAlong(span, false) && stretch(), 30);
  stretch();
}

function stretch() {
  const [to, lane] = [pointAt(span.x, span.y)?.step, document.getElementById(span.lane)];
  if (to === undefined || !lane) return;
  span.mark ||= markIn(lane);
  const [start, end] = [Math.min(span.from, Math.floor(to / STEP) * STEP), Math.max(span.from + STEP, Math.ceil(to / STEP) * STEP)];
  showGhost(span.mark, lane, Math.max(0, start), Math.min(steps(), end));
}

document.addEventListener("pointerup", () => {
  const ended = endSpan();
  if (!ended?.mark) return;
  swallow = true;
  const [lane, start, end] = [document.getElementById(ended.lane), startOf(ended.mark), endOf(ended.mark)];
  if (lane) beginAt(lane, start, ended.moved ? 5 * (end - start) : 0);
});
document.addEventListener("pointercancel", endSpan);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !endSpan()?.mark) return;
  event.preventDefault();
  swallow = true;
});
document.addEventListener("dragstart", (event) => { if (span) event.preventDefault(); });

function markIn(lane) {
  const mark = document.createElement("div");
  mark.className = "it ghost";
  mark.setAttribute("aria-hidden", "true");
  lane.querySelector(".time").append(mark);
  return mark;
}

function endSpan() {
  const ended = span;
  clearTimeout(ended?.timer);
  clearInterval(ended?.scroll);
  ended?.mark?.remove();
  span = null;
  return ended;
}
