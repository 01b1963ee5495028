// The page of a day: what was just done can be taken back, keys, and the free times between what is booked.
"use strict";

// Who has not said which view they want gets the agenda on a small screen.
const asked = new URL(location);
if (asked.searchParams.has("first")) {
  asked.searchParams.delete("first");
  if (isList()) location.replace(asked.href.replace("/day/", "/agenda/"));
  else history.replaceState(null, "", asked);
}

const notice = document.getElementById("notice");
let noticeEnds = 0;
let undoTurn = 0; // what was done last is what is told, however long the answers take

// What was done to an item is said with a button to take it back, for as long as that can be done.
document.addEventListener("changed", (event) => {
  redraw();
  offerUndo(event.detail);
});

async function offerUndo(to) {
  const turn = ++undoTurn;
  hideNotice();
  const done = to?.searchParams.get("done");
  if (done in notice.dataset) return say(notice.dataset[done]);
  const item = to?.searchParams.has("done") && to.pathname.match(/^.*\/sites\/\d+\/items\/\d+$/);
  if (!item) return;
  const fragment = await askFragment(`${item[0]}/undo${to.search}`);
  if (turn !== undoTurn || !fragment || fragment.status !== 200) return;
  const focused = document.activeElement;
  notice.hidden = false;
  notice.querySelector("[data-content]").replaceChildren(...fragment.nodes);
  await redrawn;
  if (turn !== undoTurn) return;
  const box = document.getElementById(`item-${item[0].split("/").at(-1)}`);
  if (box) keepClear(box);
  say(notice.querySelector("[data-said]")?.textContent || "");
  focused?.focus();
  const seconds = Number(notice.querySelector("[data-seconds]")?.dataset.seconds || 8);
  noticeEnds = setTimeout(hideNotice, seconds * 1000);
}

// The notice stands at the side where what it is about is not. If it is too wide for that, what it covers is scrolled.
function standAside(part) {
  const { left, right } = part.getBoundingClientRect();
  notice.classList.toggle("at-end", left + right < document.getElementById("main").clientWidth);
}
function keepClear(box) {
  standAside(box);
  const [{ left, right, bottom }, over] = [box, notice].map((each) => each.getBoundingClientRect());
  if (left >= over.right || over.left >= right || over.top >= bottom) return;
  box.style.scrollMarginBottom = `${innerHeight - over.top}px`;
  box.scrollIntoView({ block: "nearest", inline: "nearest" });
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

// What is open in the panel is marked on the grid.
document.addEventListener("fragment", (event) => {
  for (const each of document.querySelectorAll(".it.open")) each.classList.remove("open");
  const path = event.target.querySelector("form[action*='/items/']")?.getAttribute("action") || "";
  const id = path.match(/\/items\/(\d+)/)?.[1];
  if (id && !panel.hidden) document.getElementById(`item-${id}`)?.classList.add("open");
});

// Arrows go from box to box; letters as the list of keys says, but not in fields.
const KEYS = { t: "#today", ArrowLeft: "#before", ArrowRight: "#after", n: "#new", "/": ".main-links [href$='/customers']", "?": "#keys", u: "[action$='/undo'] button" };
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
  if (box.matches(UNDER_WAY)) return;
  box.classList.add("sent");
  const path = new URL(box.href).pathname;
  const fragment = await askFragment(`${path}/status`, { method: "POST", body: new URLSearchParams({ status, revision: box.dataset.rev }) });
  if (!fragment?.moved) box.classList.remove("sent");
  if (!fragment) return;
  if (!fragment.moved) return showInPanel(fragment);
  document.dispatchEvent(new CustomEvent("changed", { detail: fragment.moved }));
  renewPanel(path);
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

// At first what it is time for is seen.
document.querySelector(".agenda .now")?.scrollIntoView({ block: "center" });
const now = grid()?.querySelector(".now");
if (now) {
  const at = startOf(now) / steps();
  if (isColumns()) grid().scrollTop = at * grid().scrollHeight - grid().clientHeight / 3;
  else grid().scrollLeft = at * grid().scrollWidth - grid().clientWidth / 3;
}
