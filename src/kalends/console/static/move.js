// Moving on the grid, by pointer and by keyboard: both send the form that the panel has too, and show on the grid what was
// in the way and where it would be free.
"use strict";

const HOLD = 300; // milliseconds that a finger rests before it drags
const SLACK = 4; // pixels before a mouse drags
const TREMBLE = 10; // pixels by which a finger that rests may move
const EDGE = 8; // pixels at the end of a box by which its length is changed
const UNDER_WAY = ".lifted, .sent"; // what is done to these now is not yet answered, so nothing else can be
let drag = null;
let swallow = false; // the click that ends a drag opens nothing

const resourceOf = (item) => item.closest(".lane").dataset.resource;
const isBesides = (item) => "besides" in item.dataset; // on a room that goes along: only its time is changed there
const isFar = (from, event) => Math.hypot(event.clientX - from.x, event.clientY - from.y) > (from.touch ? TREMBLE : SLACK);
const stepOf = (item) => Number(item.dataset.step || 3);

// While a finger drags it neither scrolls nor opens a menu. What it touched tells of it.
const holdStill = (event) => { if (drag?.begun || span?.scroll) event.preventDefault(); };
document.addEventListener("contextmenu", holdStill);

function byTouch(event, begin) {
  if (event.pointerType === "mouse") return { touch: false };
  event.target.addEventListener("touchmove", holdStill, { passive: false });
  return { touch: true, timer: setTimeout(begin, HOLD) };
}

document.addEventListener("pointerdown", (event) => {
  swallow = false;
  const item = event.target.closest?.(".it[data-move]");
  if (!item || event.button || drag || isList() || item.matches(UNDER_WAY)) return;
  const box = item.getBoundingClientRect();
  const fromEnd = isColumns() ? box.bottom - event.clientY : box.right - event.clientX;
  const length = isColumns() ? box.height : box.width;
  drag = {
    item, x: event.clientX, y: event.clientY, resize: fromEnd < Math.min(EDGE, length / 3), begun: false,
    grip: pointAt(event.clientX, event.clientY)?.step - startOf(item),
    ...byTouch(event, beginDrag),
  };
});

function beginDrag() {
  drag.begun = true;
  drag.ghost = ghostOf(drag.item);
  drag.item.classList.add("lifted");
  document.body.classList.add("dragging");
  drag.scroll = setInterval(() => scrollAlong(drag) && follow(), 30);
}

function ghostOf(item) {
  const ghost = item.cloneNode(true);
  ghost.removeAttribute("id");
  ghost.setAttribute("aria-hidden", "true");
  ghost.classList.add("ghost");
  ghost.classList.remove("lifted", "short", ...[...ghost.classList].filter((each) => /^[wx]\d/.test(each)));
  item.parentNode.append(ghost);
  return ghost;
}

document.addEventListener("pointermove", (event) => {
  if (!drag) return;
  const far = isFar(drag, event);
  if (!drag.begun && far && drag.touch) return endDrag();
  if (!drag.begun && far) beginDrag();
  if (!drag.begun) return;
  event.preventDefault();
  [drag.x, drag.y] = [event.clientX, event.clientY];
  follow();
});
document.addEventListener("dragstart", (event) => { if (event.target.closest?.(".it")) event.preventDefault(); });

function follow() {
  const point = pointAt(drag.x, drag.y);
  if (!point) return;
  const snap = stepOf(drag.item);
  const length = endOf(drag.item) - startOf(drag.item);
  if (drag.resize) {
    const end = startOf(drag.item) + Math.max(1, Math.round((point.step - startOf(drag.item)) / snap)) * snap;
    return showGhost(drag.ghost, drag.item.closest(".lane"), startOf(drag.item), Math.min(end, steps()));
  }
  const offset = startOf(drag.item) % snap;
  const start = Math.round((point.step - drag.grip - offset) / snap) * snap + offset;
  const kept = Math.max(0, Math.min(start, steps() - length));
  showGhost(drag.ghost, isBesides(drag.item) ? drag.item.closest(".lane") : point.lane, kept, kept + length);
}

function showGhost(ghost, lane, start, end) {
  if (ghost.parentNode.parentNode !== lane) lane.querySelector(".time").append(ghost);
  place(ghost, start, end);
  (ghost.querySelector("small") || ghost).textContent = timesOf(start, end);
}

const timesOf = (...ends) => ends.map(wallAt).map(({ at, zone }) => at.slice(11) + zone).join("–");

// Scrolls what is dragged near an edge of the grid further into view; returns whether there was anything to scroll.
function scrollAlong({ x, y }, isAcross = true) {
  const box = grid().getBoundingClientRect();
  const pull = (at, low, high) => (at < low + 40 ? -12 : at > high - 40 ? 12 : 0);
  const dx = isAcross || !isColumns() ? pull(x, box.left, box.right) : 0;
  const dy = isAcross || isColumns() ? pull(y, box.top, box.bottom) : 0;
  if (dx || dy) grid().scrollBy(dx, dy);
  return dx || dy;
}

function endDrag() {
  clearTimeout(drag.timer);
  clearInterval(drag.scroll);
  drag.item.classList.remove("lifted");
  document.body.classList.remove("dragging");
  const ended = drag;
  drag = null;
  return ended;
}

document.addEventListener("pointerup", () => {
  if (!drag) return;
  const { begun, item, ghost } = endDrag();
  if (!begun) return;
  swallow = true;
  settle(item, ghost);
});
document.addEventListener("pointercancel", () => { if (drag) endDrag().ghost?.remove(); });
document.addEventListener("click", (event) => {
  if (!swallow) return;
  swallow = false;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

// By keyboard: Alt and an arrow moves by a step or to the next resource, with Shift it changes the length. Presses that
// follow each other quickly are one move.
let pending = null;
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && (drag || pending)) {
    event.preventDefault();
    (drag ? endDrag() : pending).ghost?.remove();
    clearTimeout(pending?.timer);
    return void (pending = null);
  }
  const item = event.target.closest?.(".it[data-move]");
  if (!item || !event.altKey || !event.key.startsWith("Arrow")) return;
  event.preventDefault();
  if (item.matches(UNDER_WAY)) return;
  const along = isColumns() ? ["ArrowUp", "ArrowDown"] : ["ArrowLeft", "ArrowRight"];
  const across = isColumns() ? ["ArrowLeft", "ArrowRight"] : ["ArrowUp", "ArrowDown"];
  const by = (keys) => keys.indexOf(event.key) * 2 - 1;
  if (!pending) pending = { item, ghost: ghostOf(item), lane: item.closest(".lane"), start: startOf(item), end: endOf(item) };
  if (along.includes(event.key)) shift(by(along) * stepOf(item), event.shiftKey);
  else if (!event.shiftKey && !isBesides(item)) pending.lane = lanes()[lanes().indexOf(pending.lane) + by(across)] || pending.lane;
  showGhost(pending.ghost, pending.lane, pending.start, pending.end);
  pending.ghost.scrollIntoView({ block: "nearest", inline: "nearest" });
  say(`${timesOf(pending.start, pending.end)}, ${pending.lane.querySelector("h2").firstChild.textContent}`);
  clearTimeout(pending.timer);
  pending.timer = setTimeout(() => {
    const { item: moved, ghost } = pending;
    pending = null;
    settle(moved, ghost);
  }, 700);
});

function shift(by, resize) {
  const { start, end } = pending;
  if (resize) pending.end = Math.min(steps(), Math.max(start + 1, end + by));
  else if (start + by >= 0 && end + by <= steps()) [pending.start, pending.end] = [start + by, end + by];
}

// Sends a move. The box stays where it was dropped until the answer is there.
async function settle(item, ghost) {
  const lane = ghost.closest(".lane");
  const [start, end] = [startOf(ghost), endOf(ghost)];
  if (lane === item.closest(".lane") && start === startOf(item) && end === endOf(item)) return ghost.remove();
  ghost.classList.add("sent");
  item.classList.add("lifted");
  const [from, until] = [wallAt(start), wallAt(end)];
  const fields = new URLSearchParams({
    revision: item.dataset.rev, resource: isBesides(item) ? "" : lane.dataset.resource, start: from.at, fold: from.fold, end: until.at,
    end_fold: until.fold, tell: "", overlap: "", idempotency_key: crypto.randomUUID(),
  });
  const touched = [resourceOf(item), lane.dataset.resource];
  const address = new URL(`${new URL(item.href).pathname}/move`, location);
  const fragment = await askFragment(address, { method: "POST", body: fields });
  if (fragment?.moved) {
    offerUndo(fragment.moved);
    renewPanel(new URL(item.href).pathname);
    await redraw(isBesides(item) ? undefined : touched);
  }
  if (!fragment?.moved && fragment?.status !== 409) await redraw();
  ghost.remove();
  item.classList.remove("lifted");
  if (fragment && !fragment.moved) showRefusal(fragment, lane);
}

// A refusal is told at the side of the grid, and shown on it: what is in the way, and the free times, to be clicked.
function showRefusal(fragment, lane) {
  const notice = document.getElementById("notice");
  clearRefusal();
  notice.hidden = false;
  if (isColumns()) standAside(lane);
  putFragment(notice.querySelector("[data-content]"), fragment);
  for (const way of notice.querySelectorAll(".ways a")) {
    const [, kind, id] = way.pathname.match(/\/(item|session)s\/(\d+)$/) || [];
    document.getElementById(`${kind}-${id}`)?.classList.add("in-way");
  }
  for (const form of notice.querySelectorAll("[data-near]")) showNear(form);
}

function showNear(form) {
  const sent = (name) => form.elements[name].value;
  const lane = document.getElementById(`lane-${sent("resource")}`);
  const [start, end] = [stepAt(sent("start"), sent("fold")), stepAt(sent("end"), sent("end_fold"))];
  if (!lane || start < 0 || end <= start) return;
  const button = document.createElement("button");
  button.className = "near-time";
  button.type = "button";
  button.textContent = timesOf(start, end);
  button.setAttribute("aria-label", form.textContent.trim());
  place(button, start, end);
  button.addEventListener("click", () => form.requestSubmit());
  lane.querySelector(".time").append(button);
  if (form.matches("[data-near]:first-of-type")) button.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function clearRefusal() {
  for (const each of document.querySelectorAll(".near-time")) each.remove();
  for (const each of document.querySelectorAll(".in-way")) each.classList.remove("in-way");
}
