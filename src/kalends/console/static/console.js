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

// A form is sent once, however often its button is pressed; coming back to the page makes it ready again.
document.addEventListener("submit", (event) => {
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

// What was wrong with a form is read first; on a page that is only a form, the first empty field is where one goes on.
const summary = document.getElementById("summary");
const first = document.querySelector("[data-only-form] input[value='']");
if (summary) summary.focus();
else if (first) first.focus();
