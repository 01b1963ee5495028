// What pages can do without a round trip. All of them work without this file, only less comfortably.
"use strict";

const language = document.documentElement.lang;
const find = (selector) => document.querySelector(selector);
const each = (selector, act) => document.querySelectorAll(selector).forEach(act);

// Within a page of somebody else, the page around is told how much room this one takes, and of each step.
if (window.parent !== window) {
  document.documentElement.classList.add("framed");
  const tell = (message) => window.parent.postMessage(message, "*");
  tell({ type: "kalends:step" });
  new ResizeObserver(() => tell({ type: "kalends:height", height: Math.ceil(document.body.getBoundingClientRect().height) })).observe(document.body);
}

// A menu closes when something else is clicked or focused, and by Escape, which gives the focus back.
function closeMenus(except) {
  each("details.menu[open]", (menu) => {
    if (!except || !menu.contains(except)) menu.open = false;
  });
}
document.addEventListener("click", (event) => closeMenus(event.target));
document.addEventListener("focusin", (event) => closeMenus(event.target));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  each("details.menu[open]", (menu) => {
    menu.open = false;
    menu.querySelector("summary").focus();
  });
});

// A form is sent once, however often its button is pressed; coming back to the page makes it ready again.
let sending = false;
document.addEventListener("submit", (event) => {
  if (event.target.dataset.sent) return event.preventDefault();
  event.target.dataset.sent = "yes";
  sending = true;
});
window.addEventListener("pageshow", () => {
  sending = false;
  for (const form of document.forms) delete form.dataset.sent;
});

// What was wrong with a form is read first; who has chosen a day goes on to its times.
const summary = find("#summary");
if (summary) summary.focus();
else if (location.hash === "#times" || location.hash === "#month") find(location.hash)?.focus({ preventScroll: true });

// A page that answers a form gets the address at which it can be opened again.
const own = find("[data-own]");
if (own) history.replaceState(null, "", own.dataset.own);

// Filters act at once; their button is for browsers without scripts.
const filters = find("[data-at-once]");
if (filters) {
  filters.querySelector("button").hidden = true;
  filters.addEventListener("change", () => filters.submit());
}

// Who is in another time zone is told what their own clock says then.
function ownClock(element) {
  const instant = new Date(element.dataset.instant);
  const label = element.querySelector("[data-clock]");
  const at = (options) => new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", ...options }).format(instant);
  const there = at({ timeZone: element.dataset.zone, hourCycle: "h23" });
  if (there === at({ hourCycle: "h23" })) return;
  const here = at({ weekday: "short", hourCycle: "h23" });
  label.textContent = " · " + label.dataset.clock.replace("[there]", there).replace("[here]", here);
}
each("[data-instant][data-zone]", ownClock);

// A hold says how long it is left, a minute before its end aloud; who leaves gives it back.
const hold = find("[data-seconds]");
if (hold) {
  const left = hold.querySelector("[data-left]");
  const end = performance.now() + hold.dataset.seconds * 1000;  // the visitor's clock may be wrong
  const tick = () => {
    const seconds = Math.max(0, Math.round((end - performance.now()) / 1000));
    left.textContent = ` · ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    left.hidden = false;
    if (seconds <= 90) hold.classList.add("short");
    if (seconds <= 90 && !hold.dataset.warned) {
      hold.dataset.warned = "yes";
      hold.querySelector("[data-warning]").hidden = false;
    }
    if (seconds > 0) setTimeout(tick, 1000);
  };
  tick();
  const again = ["reload", "back_forward"].includes(performance.getEntriesByType("navigation")[0]?.type);
  if (again) fetch(hold.dataset.extend, { method: "POST" });
  window.addEventListener("pagehide", () => {
    if (!sending) navigator.sendBeacon(hold.dataset.leave);
  });
}

// The price follows the extras.
const prices = find("[data-price]");
if (prices) {
  prices.hidden = true;
  prices.form.addEventListener("change", async (event) => {
    if (!event.target.matches("[data-priced]")) return;
    const body = new URLSearchParams(new FormData(prices.form));
    body.set(prices.name, prices.value);
    const answer = await fetch(prices.form.action, { method: "POST", body });
    const shown = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("price");
    const price = document.getElementById("price");
    if (shown && price) price.textContent = shown.textContent;
  });
}

// A question that depends on another one is shown once that is answered so.
function followAnswers() {
  each("[data-after]", (question) => {
    const other = document.getElementById(question.dataset.after);
    const answer = other.type === "checkbox" ? (other.checked ? "on" : "off") : other.value.trim();
    question.hidden = answer !== question.dataset.answer;
  });
}
each("[data-only]", (hint) => (hint.hidden = true));
followAnswers();
document.addEventListener("change", followAnswers);

// In the month one goes from day to day with the arrows.
const days = [...document.querySelectorAll(".month td a")];
const steps = { ArrowLeft: -1, ArrowRight: 1, Home: -days.length, End: days.length };
find(".month")?.addEventListener("keydown", (event) => {
  const at = days.indexOf(event.target);
  if (at < 0) return;
  let to = null;
  if (event.key in steps) to = days[Math.min(Math.max(at + steps[event.key], 0), days.length - 1)];
  if (event.key === "ArrowUp" || event.key === "ArrowDown") to = sameWeekday(at, event.key === "ArrowUp" ? -1 : 1);
  if (event.key === "PageUp") to = find("a[rel=prev]");
  if (event.key === "PageDown") to = find("a[rel=next]");
  if (!to) return;
  event.preventDefault();
  if (to.rel) to.click();
  else to.focus();
});
function sameWeekday(at, step) {
  const column = days[at].parentElement.cellIndex;
  for (let next = at + step; next >= 0 && next < days.length; next += step) {
    if (days[next].parentElement.cellIndex === column) return days[next];
  }
  return null;
}
