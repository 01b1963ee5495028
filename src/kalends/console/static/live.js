// What others change is seen without a reload. One tab of the browser listens for all of them: the one that holds the lock.
"use strict";

const LIVE = "kalends-live";
const channel = new BroadcastChannel(LIVE);
const calendar = () => document.querySelector("[data-calendar]");
const site = calendar()?.dataset.site;
let position = document.querySelector("[data-position]")?.dataset.position;
let source = null;
let touched = new Set();
let soon = 0;
let asleep = 0;

function hear(change) {
  position = change.position;
  if (change.sites.length && !change.sites.includes(Number(site))) return;
  const { from, until, day, night } = calendar().dataset;
  const whole = change.resources === null;
  const elsewhere = change.from !== null && (change.until <= Number(day) || change.from >= Number(night));
  if (!whole && elsewhere) return;
  const hidden = change.from !== null && (change.from < Number(from) || change.until > Number(until));
  if (whole || hidden || !change.resources.length) touched.add("all");
  for (const each of change.resources || []) touched.add(String(each));
  document.dispatchEvent(new CustomEvent("touched", { detail: change }));
  clearTimeout(soon);
  soon = setTimeout(redrawTouched, 150);
}

function redrawTouched() {
  const resources = touched.has("all") ? undefined : [...touched];
  touched = new Set();
  redraw(resources);
}

function listen() {
  const address = new URL(document.querySelector("[data-live]").dataset.live, location);
  address.searchParams.set("after", position);
  source = new EventSource(address);
  source.addEventListener("change", (event) => {
    const change = { ...JSON.parse(event.data), position: event.lastEventId };
    hear(change);
    channel.postMessage(change);
  });
  source.addEventListener("reload", () => location.reload());
  // The browser comes back by itself after a lost connection, but not after an error: then it is asked again.
  source.addEventListener("error", () => {
    if (source?.readyState !== EventSource.CLOSED) return;
    setTimeout(() => { if (source) { source.close(); listen(); } }, 1000 + Math.random() * 1000);
  });
}

function lead() {
  navigator.locks.request(LIVE, () => new Promise((resolve) => {
    if (document.hidden) return resolve();
    listen();
    release = () => { source?.close(); source = null; resolve(); };
  }));
}
let release = null;

if (position !== undefined && calendar()) {
  channel.addEventListener("message", (event) => hear(event.data));
  lead();
  // A tab that is not seen leaves the lock to others after a minute; when it is seen again it catches up.
  document.addEventListener("visibilitychange", () => {
    clearTimeout(asleep);
    if (document.hidden) asleep = setTimeout(() => { release?.(); release = null; }, 60000);
    else if (!release) { redraw(); lead(); }
  });
}
