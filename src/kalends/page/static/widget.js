// <kalends-booking account="studio"> shows the booking page within a page of somebody else.
{
  const base = new URL(".", document.currentScript.src);
  const KEPT = ["lang", "theme", "from", "resource", "ref"];

  class Booking extends HTMLElement {
    connectedCallback() {
      if (this.frame) return;
      const url = new URL([this.getAttribute("account"), this.getAttribute("service")].filter(Boolean).join("/"), base);
      for (const name of KEPT) if (this.hasAttribute(name)) url.searchParams.set(name, this.getAttribute(name));
      this.frame = document.createElement("iframe");
      Object.assign(this.frame, { src: url, title: this.textContent.trim() || "Kalends" });
      Object.assign(this.frame.style, { border: 0, display: "block", width: "100%", height: "640px" });
      const label = this.getAttribute("button");
      this.replaceChildren(...(label ? this.inDialog(label) : [this.frame]));
      addEventListener("message", (event) => this.heed(event));
    }

    inDialog(label) {
      const [button, dialog, close] = ["button", "dialog", "button"].map((name) => document.createElement(name));
      button.textContent = label;
      button.onclick = () => dialog.showModal();
      close.textContent = "×";
      close.ariaLabel = this.getAttribute("close") || "Close";
      close.onclick = () => dialog.close();
      close.style = "display:block;margin-left:auto;font-size:24px;padding:4px 14px";
      this.frame.loading = "lazy";
      Object.assign(dialog.style, { padding: 0, width: "min(600px, 96vw)", maxHeight: "94vh" });
      dialog.append(close, this.frame);
      return [button, dialog];
    }

    heed({ source, origin, data }) {
      if (source !== this.frame.contentWindow || origin !== base.origin || !data) return;
      if (data.type === "kalends:height" && data.height > 0) this.frame.style.height = `${data.height}px`;
      if (data.type === "kalends:step" && this.getBoundingClientRect().top < 0) this.scrollIntoView();
    }
  }
  customElements.define("kalends-booking", Booking);
}
