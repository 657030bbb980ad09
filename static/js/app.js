// What the pages do better with JavaScript. Every page works without it.
(() => {
  "use strict";

  const messages = () => document.getElementById("messages");

  const announce = (text) => {
    const region = messages();
    if (!region) return;
    const toast = document.createElement("div");
    toast.className = "ds-alert slim toast";
    toast.dataset.color = "danger";
    const paragraph = document.createElement("p");
    paragraph.textContent = text;
    toast.append(paragraph);
    region.replaceChildren(toast);
  };

  // Menus and pickers close on a click outside and on Escape, which also gives the focus back.
  const menus = () => document.querySelectorAll("details.menu[open], details.picker[open]");
  document.addEventListener("click", (event) => {
    for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
    const link = event.target.closest("details.menu a[href^='#']");
    if (link) link.closest("details").open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of menus()) {
      if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
      menu.open = false;
    }
  });

  // Toasts can be put away.
  const revealDismiss = (root) => root.querySelectorAll("[data-dismiss]").forEach((button) => { button.hidden = false; });
  document.addEventListener("click", (event) => event.target.closest("[data-dismiss]")?.closest(".toast")?.remove());

  // A link with data-dialog opens the dialog of that id; without JavaScript it leads to a page that asks the same.
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    const dialog = opener && document.getElementById(opener.dataset.dialog);
    if (dialog?.showModal) {
      event.preventDefault();
      dialog.showModal();
    }
    event.target.closest("[data-close]")?.closest("dialog")?.close();
  });

  // A form is sent once: a second press while the first is under way is dropped. The buttons stay enabled, so that the one
  // that was pressed is sent along; coming back with the browser's back button makes the form usable again.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.matches("[hx-post], [data-hx-post]")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "true";
    event.submitter?.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
    for (const button of document.querySelectorAll("[aria-busy='true']")) button.removeAttribute("aria-busy");
  });

  // A form with data-keep that is sent while there is no connection stays as it is, with a word about it beside the button.
  // What may be sent again has a key in it, so that what did arrive is only shown again.
  const offline = (form, button) => {
    const box = form.querySelector("[data-connection]") || document.createElement("p");
    Object.assign(box, { className: "ds-alert slim", textContent: document.body.dataset.offline });
    Object.assign(box.dataset, { connection: "", color: "warning" });
    box.setAttribute("role", "alert");
    const beside = button || [...form.querySelectorAll("button[type=submit]")].pop();
    (beside?.closest(".actions") || beside)?.before(box);
    delete form.dataset.sent;
    for (const busy of form.querySelectorAll("[aria-busy='true']")) busy.removeAttribute("aria-busy");
  };
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-keep]") || navigator.onLine) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    offline(event.target, event.submitter);
  }, true);
  document.addEventListener("connection:lost", (event) => offline(event.target, event.detail));
  document.addEventListener("htmx:sendError", (event) => {
    const form = event.target.closest?.("form[data-keep]:not([data-autosave])");
    if (form) offline(form);
  });
  window.addEventListener("online", () => {
    for (const box of document.querySelectorAll("[data-connection]")) box.remove();
  });

  // What was chosen in a file input is listed below it, and can be taken out again one by one.
  const size = (bytes) => {
    const [value, unit] = bytes < 1e6 ? [Math.max(1, bytes / 1e3), "kB"] : [bytes / 1e6, "MB"];
    return `${value.toLocaleString(document.documentElement.lang, { maximumFractionDigits: unit === "MB" ? 1 : 0 })}\u00a0${unit}`;
  };
  const without = (input, left) => {
    const kept = new DataTransfer();
    for (const file of input.files) if (file !== left) kept.items.add(file);
    input.files = kept.files;
    listFiles(input);
    input.focus();
  };
  const listFiles = (input) => {
    const list = document.querySelector(`[data-files-of="${input.id}"]`);
    if (!list) return;
    list.hidden = !input.files.length;
    list.replaceChildren(...[...input.files].map((file) => {
      const [entry, name, detail, button] = ["li", "span", "small", "button"].map((tag) => document.createElement(tag));
      name.textContent = file.name;
      detail.textContent = size(file.size);
      Object.assign(button, { type: "button", className: "ds-button", textContent: list.dataset.remove });
      Object.assign(button.dataset, { variant: "tertiary", color: "neutral", size: "sm" });
      button.setAttribute("aria-label", `${list.dataset.remove} ${file.name}`);
      button.addEventListener("click", () => without(input, file));
      entry.append(name, detail, button);
      return entry;
    }));
  };
  document.addEventListener("change", (event) => {
    if (event.target.matches?.("input[type=file]")) listFiles(event.target);
  });

  // Of the boxes in a group with data-alone, the one of that value and all the others put each other out.
  document.addEventListener("change", (event) => {
    const group = event.target.checked && event.target.closest("[data-alone]");
    if (!group) return;
    const isAll = (box) => box.value === group.dataset.alone;
    for (const box of group.querySelectorAll("input[type=checkbox]")) {
      if (box !== event.target && (isAll(box) || isAll(event.target))) box.checked = false;
    }
  });

  // How much may still be written: nothing is cut, so it is said before it is too long. An emoji counts as one.
  const count = (field) => {
    let box = field.nextElementSibling;
    if (!box?.matches(".counter")) {
      box = document.createElement("p");
      box.className = "counter";
      box.setAttribute("role", "status");
      field.after(box);
    }
    const limit = Number(field.dataset.limit);
    const length = [...field.value].length;
    box.textContent = length > limit * 0.8
      ? field.dataset.limitWords.replace("{count}", length).replace("{limit}", limit) : "";
    box.classList.toggle("is-over", length > limit);
  };
  const countAll = (root) => { for (const field of root.querySelectorAll("[data-limit]")) count(field); };
  document.addEventListener("input", (event) => { if (event.target.matches?.("[data-limit]")) count(event.target); });

  // After a swap: to what went wrong, or to what the fragment marks with autofocus, or back to where the focus was.
  let focused = "";
  let chosen = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    focused = document.activeElement?.id || "";
    chosen = event.detail.target?.querySelector("input[type=radio]:checked");
  });
  // A choice made while the answer was on its way stays, if the answer offers it.
  document.addEventListener("htmx:afterSwap", (event) => {
    const same = [...event.detail.target.querySelectorAll("input[type=radio]")];
    const kept = chosen && same.find((radio) => radio.name === chosen.name && radio.value === chosen.value);
    if (kept) kept.checked = true;
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const root = event.target;
    revealDismiss(document);
    countAll(document);
    const wanted = root.querySelector?.("[autofocus]");
    if (wanted) wanted.focus();
    else if (focused && document.activeElement === document.body) document.getElementById(focused)?.focus();
  });
  document.addEventListener("htmx:responseError", () => announce(document.body.dataset.failed));
  document.addEventListener("htmx:sendError", () => announce(document.body.dataset.offline));

  revealDismiss(document);
  countAll(document);
})();
