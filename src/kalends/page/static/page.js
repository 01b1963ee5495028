// What pages can do without a round trip. All of them work without this file, only less comfortably.
"use strict";

const language = document.documentElement.lang;
const find = (selector) => document.querySelector(selector);
const each = (selector, act) => document.querySelectorAll(selector).forEach(act);

// Within a page of somebody else, the page around is told how much room this one takes, and of each step.
if (window.parent !== window) {
  document.documentElement.classList.add("framed");
  const tell = (message) => window.parent.postMessage(message, "*");
  const tellHeight = () => tell({ type: "kalends:height", height: Math.ceil(document.body.getBoundingClientRect().height) });
  tell({ type: "kalends:step" });
  tellHeight();  // browsers observe no sizes in a frame that nobody has scrolled to yet
  new ResizeObserver(tellHeight).observe(document.body);
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

// A form is sent once, however often its button is pressed; coming back to the page makes it ready again. Who comes back
// to the times is known by the token with which one of them was chosen.
let sending = false;
document.addEventListener("submit", (event) => {
  if (event.target.dataset.sent) return event.preventDefault();
  event.target.dataset.sent = "yes";
  sending = true;
  const token = event.target.method === "post" && event.target.elements.visit;
  if (token) history.replaceState(null, "", addressWith(token));
});
function addressWith({ name, value }) {
  const url = new URL(location);
  url.searchParams.set(name, value);
  return url;
}
const partOf = (html, selector) => new DOMParser().parseFromString(html, "text/html").querySelector(selector);
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
  const here = at({ weekday: "long", hourCycle: "h23" });
  label.textContent = " · " + label.dataset.clock.replace("[there]", there).replace("[here]", here);
}
each("[data-instant][data-zone]", ownClock);

// A hold says how long it is left, a minute before its end aloud; who leaves gives it back, and who is back has it again.
const hold = find("[data-seconds]");
if (hold) {
  const left = hold.querySelector("[data-left]");
  const endOf = ({ dataset }) => performance.now() + dataset.seconds * 1000;  // the visitor's clock may be wrong
  let end = endOf(hold);
  const show = () => {
    const seconds = Math.max(0, Math.round((end - performance.now()) / 1000));
    left.textContent = ` · ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    left.hidden = false;
    hold.classList.toggle("short", seconds <= 90);
    hold.querySelector("[data-warning]").hidden = seconds > 90;
    return seconds;
  };
  const ask = async (path, method) => {
    const answer = await fetch(path, { method });
    const now = partOf(await answer.text(), ".hold");
    if (!now) return location.reload();
    if (!now.dataset.seconds) return hold.replaceWith(now);
    end = endOf(now);
    hold.querySelector("[data-until]").textContent = now.querySelector("[data-until]").textContent;
    show();
  };
  const keep = () => ask(hold.dataset.extend, "POST");
  const again = ["reload", "back_forward"].includes(performance.getEntriesByType("navigation")[0]?.type);
  if (again) keep();
  else show();
  const ticking = setInterval(() => {
    if (!hold.isConnected) clearInterval(ticking);
    else if (show() === 0) ask(own.dataset.own, "GET");
  }, 1000);
  window.addEventListener("pageshow", (event) => event.persisted && keep());
  document.addEventListener("click", ({ target }) => (sending ||= Boolean(target.closest("a[hreflang]"))));
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
    const asked = (prices.dataset.asked = String(body));
    const answer = await fetch(prices.form.action, { method: "POST", body });
    const facts = partOf(await answer.text(), ".facts");
    if (facts && asked === prices.dataset.asked) showPrice(find("#price"), facts.querySelector("#price"));
  });
}

function showPrice(old, now) {
  if (old && now) old.textContent = now.textContent;
  else if (now) find(".facts").append(now.previousElementSibling, now);
  else if (old) {
    old.previousElementSibling.remove();
    old.remove();
  }
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

// What was typed is there again when another time or language is chosen, and forgotten once something is booked or given
// back. In a frame browsers may forbid to keep it.
const keptAs = `kalends:${location.pathname.split("/h/")[0]}`;
function recall() {
  try {
    return JSON.parse(sessionStorage.getItem(keptAs)) ?? {};
  } catch {
    return {};
  }
}
function remember(texts) {
  try {
    if (texts) sessionStorage.setItem(keptAs, JSON.stringify(texts));
    else sessionStorage.removeItem(keptAs);
  } catch {}
}
const details = find("form[data-kept]");
if (details) {
  const fields = details.querySelectorAll("input:not([type=hidden], #consent, #website), select, textarea");
  const property = ({ type }) => (type === "checkbox" ? "checked" : "value");
  const texts = recall();
  for (const field of fields) {
    const shown = field[property(field)];
    if ((texts[field.name] ?? shown) === shown) continue;
    field[property(field)] = texts[field.name];
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
  const keep = () => {
    for (const field of fields) texts[field.name] = field[property(field)];
    remember(texts);
  };
  details.addEventListener("input", keep);
  details.addEventListener("submit", keep);  // also what browsers have filled in themselves
}
if (find("[data-booked]")) remember(null);
document.addEventListener("submit", ({ target }) => "givesBack" in target.dataset && remember(null));

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
