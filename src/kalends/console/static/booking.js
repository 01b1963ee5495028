// Forms about bookings ask while one types: who is meant, whether it is free, what it costs, and what the customer is told.
// Without this file buttons do the same.
"use strict";

let asking = null;

// Asks the form's own page with what is typed so far, and takes a part of the answer over.
async function ask(form, parts) {
  asking?.abort();
  asking = new AbortController();
  const fields = new URLSearchParams(new FormData(form));
  fields.delete("idempotency_key");
  try {
    const answer = await fetch(`${form.dataset.asks}?${fields}`, { headers: { "X-Fragment": "yes" }, signal: asking.signal });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of parts) {
      const present = form.querySelector(`#${id}`), next = page.getElementById(id);
      if (!present || !next || present.contains(document.activeElement)) continue;
      const closed = [...present.querySelectorAll("details:not([open])")].map((each) => each.textContent);
      for (const each of next.querySelectorAll("details")) if (closed.includes(each.textContent)) each.open = false;
      present.replaceWith(next);
    }
    const said = page.querySelector("#matches [data-said], #outlook .is-free, #outlook .is-taken");
    if (said) say(said.textContent);
    // Who is the only one found is chosen, which changes what comes of it.
    if (parts.includes("matches") && form.querySelector("#matches :checked")) await ask(form, form.dataset.parts.split(" "));
  } catch (error) {
    if (error.name !== "AbortError") sayUnreachable();
  }
}

let typed = 0;
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-asks]");
  if (!form || !event.target.matches("[data-finds]")) return;
  clearTimeout(typed);
  const chosen = form.querySelector("[name=customer]:checked");
  if (chosen && chosen.value !== "new") chosen.checked = false;
  typed = setTimeout(() => ask(form, ["matches"]), 120);
});
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-asks]");
  if (!form || !event.target.closest("[data-priced]") || event.target.closest("#outlook") || event.target.matches("[data-finds]")) return;
  ask(form, form.dataset.parts.split(" "));
});
// Enter in the search is not yet a booking.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("[data-finds]")) return;
  event.preventDefault();
  ask(event.target.form, ["matches"]);
});
