// What pages can do without a round trip. All of them work without this file, only less comfortably.
"use strict";

const openMenus = () => document.querySelectorAll("details.menu[open]");

// A menu closes when something else is clicked or focused, and by Escape, which gives the focus back.
function closeMenus(except) {
  for (const menu of openMenus()) if (!except || !menu.contains(except)) menu.open = false;
}
document.addEventListener("click", (event) => closeMenus(event.target));
document.addEventListener("focusin", (event) => closeMenus(event.target));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// A double click is one: where what was clicked stood, something else may be by the second.
document.addEventListener("click", (event) => {
  if (event.detail > 1 && event.target.closest("form button, a[data-panel]")) event.preventDefault();
}, true);

// A form is sent once, however often its button is pressed; coming back to the page makes it ready again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  if (!("fragment" in form.dataset)) return;
  event.preventDefault();
  sendForm(form, event.submitter).finally(() => delete form.dataset.sent);
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

// Fragments. What a page would show in its main part is asked for with `X-Fragment: yes`, and put into the page that is
// open: links marked `data-panel` into the panel at its side, answers to forms marked `data-fragment` where the form is.
// Where the page has no panel such a link is a link. What `data-said` has in the answer is read out.
const panel = document.getElementById("panel");
let opener = "";

// What is at an address: its status, title and nodes; or null, after it was said that the server can't be reached.
async function askFragment(address, options = {}) {
  try {
    const answer = await fetch(address, { ...options, headers: { "X-Fragment": "yes" } });
    if (document.querySelector("#said.unreachable")) say("");
    const moved = answer.headers.get("X-Location");
    if (moved) return { moved: new URL(moved, location) };
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return { status: answer.status, title: page.title, nodes: [...page.body.childNodes] };
  } catch (error) {
    sayUnreachable();
    return null;
  }
}

// What is said is read out by screen readers. That the server can't be reached is seen as well, until something else is said.
function say(text) {
  const said = document.getElementById("said");
  said.className = "unseen";
  said.textContent = text;
}
function sayUnreachable() {
  const said = document.getElementById("said");
  say(said.dataset.unreachable);
  said.className = "unreachable";
}

// Puts a fragment in the place of what a part of the page has. The focus stays with what had it, as far as that is still
// there by its id; else it goes to what was wrong, to what the fragment says is first, or to its heading.
function putFragment(part, fragment) {
  const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
  part.replaceChildren(...fragment.nodes);
  const next = part.querySelector("#summary") || (focused && document.getElementById(focused)) ||
    part.querySelector("[autofocus]") || part.querySelector("h1, h2") || part;
  if (!next.matches("a[href], button, input, select, textarea, [tabindex]")) next.tabIndex = -1;
  next.focus();
  const said = part.querySelector("[data-said]");
  if (said) say(said.dataset.said || said.textContent);
  part.dispatchEvent(new CustomEvent("fragment", { bubbles: true, detail: fragment }));
}

// To another page. Who has to log in comes back to the page that is open.
function leaveTo(address) {
  if (address.pathname.endsWith("/login")) location.reload();
  else location.assign(address);
}

let turn = 0; // whose answer is late, when something else was asked for or the panel was closed, is not shown
async function openPanel(address, from) {
  const own = ++turn;
  const fragment = await askFragment(address);
  if (!fragment || own !== turn) return;
  if (fragment.moved) return leaveTo(fragment.moved);
  if (from) opener = from.id;
  panel.dataset.path = new URL(address, location).pathname;
  showInPanel(fragment);
}

function showInPanel(fragment) {
  panel.hidden = false;
  document.body.classList.add("with-panel");
  putFragment(panel.querySelector("[data-content]"), fragment);
}

// What was done outside of the panel to what it shows, at this path, is seen there too; the focus stays where it is.
async function renewPanel(path) {
  if (!panel || panel.hidden || panel.dataset.path !== path) return;
  const own = turn;
  const fragment = await askFragment(path);
  if (!fragment || fragment.moved || own !== turn) return;
  const focused = document.activeElement;
  if (fragment.status === 200) showInPanel(fragment);
  else closePanel();
  focused?.focus();
}

function closePanel() {
  turn++;
  panel.hidden = true;
  document.body.classList.remove("with-panel");
  panel.querySelector("[data-content]").replaceChildren();
  document.getElementById(opener)?.focus();
}

// Sends a form, and shows its answer where the form is. One that leads on is followed: within the panel, unless it leads
// back to the page that is open, which closes the panel.
async function sendForm(form, button) {
  const part = form.closest("[data-content]") || document.getElementById("main");
  const fields = new URLSearchParams(new FormData(form, button));
  const address = new URL(button?.getAttribute("formaction") || form.getAttribute("action") || location, location);
  const posted = (button?.getAttribute("formmethod") || form.method) === "post";
  if (!posted) address.search = fields;
  const own = turn;
  const fragment = await askFragment(address, posted ? { method: "POST", body: fields } : {});
  if (!fragment) return;
  if (posted && (fragment.moved || fragment.status < 400)) {
    document.dispatchEvent(new CustomEvent("changed", { detail: fragment.moved }));
  }
  if (!fragment.moved) return "quick" in form.dataset && panel ? showInPanel(fragment) : putFragment(part, fragment);
  const to = fragment.moved;
  if (panel?.contains(part) && own !== turn) return;
  if (part.id === "main") leaveTo(to);
  else if (!panel?.contains(part)) {
    part.replaceChildren();
    if (to.searchParams.get("done") !== "unmade") await renewPanel(address.pathname.replace(/\/\w+$/, ""));
    else if (panel?.dataset.path === address.pathname.replace(/\/\w+$/, "")) closePanel();
  } else if (to.pathname === location.pathname || to.searchParams.get("done") === "unmade") closePanel();
  else await openPanel(to);
}

document.addEventListener("click", (event) => {
  if (!panel || event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
  const link = event.target.closest("a[data-panel], [data-close]");
  if (!link) return;
  event.preventDefault();
  if (link.matches("[data-close]")) closePanel();
  else openPanel(link.href, link.closest("#panel") ? null : link);
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !panel || panel.hidden || event.defaultPrevented) return;
  if (!event.target.closest("dialog, details.menu")) closePanel();
});

// What is shown once, such as a new key, is copied by a button; without a script or a secure address it is selected.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  const secret = document.querySelector(button.dataset.copy);
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(secret.innerText);
    say(button.textContent = secret.dataset.copied);
  });
}

// What was wrong with a form is read first; on a page that is only a form, the first empty field is where one goes on.
const summary = document.getElementById("summary");
const first = document.querySelector("[data-only-form] input[value='']");
if (summary) summary.focus();
else if (first) first.focus();
