// The page of a day: what was just done can be taken back, keys, and the free times between what is booked.
"use strict";

// Who has not said which view they want gets the agenda on a small screen.
const asked = new URL(location);
if (asked.searchParams.has("first")) {
  asked.searchParams.delete("first");
  if (matchMedia("(max-width: 43.75rem)").matches) location.replace(asked.href.replace("/day/", "/agenda/"));
  else history.replaceState(null, "", asked);
}

const notice = document.getElementById("notice");
let noticeEnds = 0;

// What was done to an item is said with a button to take it back, for as long as that can be done.
document.addEventListener("changed", (event) => {
  redraw();
  offerUndo(event.detail);
});

async function offerUndo(to) {
  hideNotice();
  const done = to?.searchParams.get("done");
  if (done in notice.dataset) return say(notice.dataset[done]);
  const item = to?.searchParams.has("done") && to.pathname.match(/^.*\/sites\/\d+\/items\/\d+$/);
  if (!item) return;
  const fragment = await askFragment(`${item[0]}/undo`);
  if (!fragment || fragment.status !== 200) return;
  const focused = document.activeElement;
  notice.hidden = false;
  notice.querySelector("[data-content]").replaceChildren(...fragment.nodes);
  say(notice.querySelector("[data-said]")?.textContent || "");
  focused?.focus();
  const seconds = Number(notice.querySelector("[data-seconds]")?.dataset.seconds || 8);
  noticeEnds = setTimeout(hideNotice, seconds * 1000);
}

function hideNotice() {
  clearTimeout(noticeEnds);
  if (!notice) return;
  notice.hidden = true;
  notice.classList.remove("at-end");
  notice.querySelector("[data-content]").replaceChildren();
  clearRefusal();
}
notice?.addEventListener("click", (event) => { if (event.target.closest("[data-dismiss]")) hideNotice(); });

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
  if (event.target.closest("[data-keys]")) document.getElementById("keys").showModal();
});

// A click on an empty place begins a booking there, at the step that was clicked.
document.addEventListener("click", (event) => {
  const time = event.target.closest?.(".lane .time");
  if (!time || !grid()?.dataset.new || event.target.closest(".it, .near-time") || matchMedia("(max-width: 43.75rem)").matches) return;
  if (event.detail === 0 || event.ctrlKey || event.metaKey) return; // by keyboard the link itself is meant
  const point = pointAt(event.clientX, event.clientY);
  if (!point || point.lane.dataset.resource === "0") return;
  event.preventDefault();
  event.stopPropagation();
  const { at, fold } = wallAt(Math.floor(point.step / 3) * 3);
  const query = new URLSearchParams({ resource: point.lane.dataset.resource, at, ...(fold ? { fold } : {}) });
  openPanel(`${grid().dataset.new}?${query}`, event.target.closest("a"));
}, true);

// What is open in the panel is marked on the grid.
document.addEventListener("fragment", (event) => {
  for (const each of document.querySelectorAll(".it.open")) each.classList.remove("open");
  const path = event.target.querySelector("form[action*='/items/']")?.getAttribute("action") || "";
  const id = path.match(/\/items\/(\d+)/)?.[1];
  if (id && !panel.hidden) document.getElementById(`item-${id}`)?.classList.add("open");
});

// Arrows go from box to box; letters as the list of keys says, but not in fields.
const KEYS = { t: "#today", ArrowLeft: "#before", ArrowRight: "#after", n: "#new", "/": "#search, [data-search]", "?": "#keys", u: "#undo button" };
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const box = event.target.closest(".it, .free");
  if (event.key.startsWith("Arrow") && box && grid()) {
    event.preventDefault();
    return stepTo(box, event.key);
  }
  if (box?.dataset.next && (event.key === "a" || event.key === "x")) {
    event.preventDefault();
    return mark(box, event.key === "x" ? "no_show" : box.dataset.next);
  }
  if (event.target === grid()) return;
  const target = KEYS[event.key] && document.querySelector(KEYS[event.key]);
  if (!target) return;
  event.preventDefault();
  if (target.matches("input")) target.focus();
  else if (target.matches("dialog")) target.showModal();
  else target.click();
});

// The next step of attendance, or that somebody did not come, is noted by a key.
async function mark(box, status) {
  const path = new URL(box.href).pathname;
  const fragment = await askFragment(`${path}/status`, { method: "POST", body: new URLSearchParams({ status, revision: box.dataset.rev }) });
  if (!fragment) return;
  if (!fragment.moved) return showInPanel(fragment);
  document.dispatchEvent(new CustomEvent("changed", { detail: fragment.moved }));
}

function stepTo(box, key) {
  const along = isColumns() ? ["ArrowUp", "ArrowDown"] : ["ArrowLeft", "ArrowRight"];
  const every = (lane) => [...lane.querySelectorAll(".it, .free")].filter((each) => each.checkVisibility());
  const lane = box.closest(".lane");
  if (along.includes(key)) {
    const own = every(lane);
    return own[own.indexOf(box) + along.indexOf(key) * 2 - 1]?.focus();
  }
  const forward = key === "ArrowRight" || key === "ArrowDown";
  const all = [...grid().querySelectorAll(".lane")];
  const next = all.slice(all.indexOf(lane) + 1);
  const others = forward ? next : all.slice(0, all.indexOf(lane)).reverse();
  const beside = others.map(every).find((each) => each.length);
  beside?.reduce((best, each) => (Math.abs(startOf(each) - startOf(box)) < Math.abs(startOf(best) - startOf(box)) ? each : best)).focus();
}

// At first the hour that it is now is seen.
const now = grid()?.querySelector(".now");
if (now) {
  const at = startOf(now) / steps();
  if (isColumns()) grid().scrollTop = at * grid().scrollHeight - grid().clientHeight / 3;
  else grid().scrollLeft = at * grid().scrollWidth - grid().clientWidth / 3;
}
