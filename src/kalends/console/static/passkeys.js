// Passkeys: a form is sent with what the browser makes or signs for it. Without this file there are passwords only.
"use strict";

const able = window.PublicKeyCredential?.parseRequestOptionsFromJSON && navigator.credentials;

async function askBrowser(part) {
  const answer = await fetch(part.dataset.options, { method: "POST" });
  if (!answer.ok) throw new Error(answer.status);
  const options = await answer.json();
  if (part.dataset.passkey === "create") {
    return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
  }
  return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
}

for (const part of able ? document.querySelectorAll("[data-passkey]") : []) {
  part.hidden = false;
  const form = part.querySelector("form");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation();
    part.querySelector("[data-failed]").hidden = true;
    try {
      form.elements.credential.value = JSON.stringify(await askBrowser(part));
      form.submit();
    } catch {
      part.querySelector("[data-failed]").hidden = false;
    }
  });
}
if (able) for (const each of document.querySelectorAll("[data-unsupported]")) each.hidden = true;
