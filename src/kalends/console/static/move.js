// Moving on the grid, by pointer and by keyboard: both send the form that the panel has too, and show on the grid what was
// in the way and where it would be free.
"use strict";

const HOLD = 300; // milliseconds that a finger rests before it drags
const SLACK = 4; // pixels before a mouse drags
const EDGE = 8; // pixels at the end of a box by which its length is changed
let drag = null;
let swallow = false; // the click that ends a drag opens nothing

const resourceOf = (item) => item.closest(".lane").dataset.resource;
const stepOf = (item) => Number(item.dataset.step || 3);

document.addEventListener("pointerdown", (event) => {
  swallow = false;
  const item = event.target.closest?.(".it[data-move]");
  if (!item || event.button || drag) return;
  const box = item.getBoundingClientRect();
  const fromEnd = isColumns() ? box.bottom - event.clientY : box.right - event.clientX;
  const length = isColumns() ? box.height : box.width;
  drag = {
    item, x: event.clientX, y: event.clientY, resize: fromEnd < Math.min(EDGE, length / 3), begun: false,
    grip: pointAt(event.clientX, event.clientY)?.step - startOf(item),
    timer: event.pointerType === "mouse" ? 0 : setTimeout(beginDrag, HOLD),
    touch: event.pointerType !== "mouse",
  };
});

function beginDrag() {
  drag.begun = true;
  drag.ghost = ghostOf(drag.item);
  drag.item.classList.add("lifted");
  document.body.classList.add("dragging");
  drag.scroll = setInterval(scrollAlong, 30);
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
  const far = Math.hypot(event.clientX - drag.x, event.clientY - drag.y) > SLACK;
  if (!drag.begun && far && drag.touch) return endDrag();
  if (!drag.begun && far) beginDrag();
  if (!drag.begun) return;
  event.preventDefault();
  [drag.x, drag.y] = [event.clientX, event.clientY];
  follow();
});
document.addEventListener("touchmove", (event) => { if (drag?.begun) event.preventDefault(); }, { passive: false });
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
  showGhost(drag.ghost, point.lane, kept, kept + length);
}

function showGhost(ghost, lane, start, end) {
  if (ghost.parentNode.parentNode !== lane) lane.querySelector(".time").append(ghost);
  place(ghost, start, end);
  (ghost.querySelector("small") || ghost).textContent = timesOf(start, end);
}

const timesOf = (start, end) => `${wallAt(start).at.slice(11)}–${wallAt(end).at.slice(11)}`;

function scrollAlong() {
  const box = grid().getBoundingClientRect();
  const pull = (at, low, high) => (at < low + 40 ? -12 : at > high - 40 ? 12 : 0);
  const [dx, dy] = [pull(drag.x, box.left, box.right), pull(drag.y, box.top, box.bottom)];
  if (!dx && !dy) return;
  grid().scrollBy(dx, dy);
  follow();
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
  const along = isColumns() ? ["ArrowUp", "ArrowDown"] : ["ArrowLeft", "ArrowRight"];
  const across = isColumns() ? ["ArrowLeft", "ArrowRight"] : ["ArrowUp", "ArrowDown"];
  const by = (keys) => keys.indexOf(event.key) * 2 - 1;
  if (!pending) pending = { item, ghost: ghostOf(item), lane: item.closest(".lane"), start: startOf(item), end: endOf(item) };
  if (along.includes(event.key)) shift(by(along) * stepOf(item), event.shiftKey);
  else if (!event.shiftKey) pending.lane = lanes()[lanes().indexOf(pending.lane) + by(across)] || pending.lane;
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
    revision: item.dataset.rev, resource: lane.dataset.resource, start: from.at, fold: from.fold, end: until.at,
    end_fold: until.fold, tell: "", overlap: "", idempotency_key: crypto.randomUUID(),
  });
  const touched = [resourceOf(item), lane.dataset.resource];
  const address = new URL(`${new URL(item.href).pathname}/move`, location);
  const fragment = await askFragment(address, { method: "POST", body: fields });
  if (fragment?.moved) offerUndo(fragment.moved);
  if (fragment?.moved) await redraw(touched);
  else if (fragment?.status !== 409) await redraw();
  ghost.remove();
  item.classList.remove("lifted");
  if (fragment && !fragment.moved) showRefusal(fragment, lane);
}

// A refusal is told at the side of the grid, and shown on it: what is in the way, and the free times, to be clicked.
function showRefusal(fragment, lane) {
  const notice = document.getElementById("notice");
  clearRefusal();
  notice.hidden = false;
  const { left, right } = lane.getBoundingClientRect();
  notice.classList.toggle("at-end", isColumns() && left + right < grid().clientWidth); // not over what it is about
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
