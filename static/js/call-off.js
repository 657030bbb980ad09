// The call-off form saves itself while somebody writes, and keeps what is written on the device while there is no
// connection. Without JavaScript the button does it.
(() => {
  "use strict";

  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const said = document.getElementById("saved");
  const PREFIX = "call-off:";
  const DELAY = 1500;
  const AGAIN = 8000;

  let timer = 0;
  let running = null;
  let dirty = false;
  let stopped = false;
  let lost = false;

  // Kept under the person and the draft: what is written for one customer never shows up at another.
  const isNew = () => !form.getAttribute("action").includes("/drafts/");
  const place = () => `${PREFIX}${form.dataset.owner}:${isNew() ? form.elements.start_key.value : form.getAttribute("action")}`;

  const written = () => {
    const data = new FormData(form);
    data.delete("files");
    data.delete("csrfmiddlewaretoken");
    return data;
  };

  const say = (text, color = "") => {
    if (!said || !text) return;
    said.textContent = text;
    said.dataset.color = color;
  };

  const keep = (more = {}) => {
    try {
      localStorage.setItem(place(), JSON.stringify({ at: Date.now(), fields: [...written().entries()], ...more }));
    } catch {
      // A full or closed store: the page itself still holds what is written.
    }
  };

  const forget = (name = place()) => {
    try {
      localStorage.removeItem(name);
    } catch { /* as above */ }
  };

  const schedule = (delay = DELAY) => {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(save, delay);
  };

  const take = (answer) => {
    if (answer.version === undefined) return;
    form.elements.version.value = answer.version;
    if (form.getAttribute("action") !== answer.action) {
      form.setAttribute("action", answer.action);
      history.replaceState(null, "", answer.action);
    }
  };

  // How far the form has come, beside it; our own server's HTML.
  const show = (answer) => {
    const parts = document.getElementById("part-list");
    if (parts && answer.parts) parts.innerHTML = answer.parts;
    const declaration = document.getElementById("completeness");
    if (declaration && answer.declaration !== undefined) declaration.textContent = answer.declaration;
  };

  const send = async () => {
    const data = written();
    data.set("action", "autosave");
    const response = await fetch(form.getAttribute("action"), {
      method: "POST", body: data, credentials: "same-origin", redirect: "manual",
      headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
    });
    const isJson = (response.headers.get("Content-Type") || "").startsWith("application/json");
    return { status: response.status, answer: isJson ? await response.json() : null };
  };

  const save = () => {
    if (running || stopped || !dirty) return running;
    dirty = false;
    say(form.dataset.saving);
    const name = place();
    running = send().then(({ status, answer }) => {
      lost = false;
      if (answer && status === 200) {
        take(answer);
        say(answer.said);
        show(answer);
        forget(name);
        // What is not saved yet is kept with the version it goes on from: our own save is nobody else's change.
        if (answer.is_whole && !dirty) forget();
        else keep();
      } else if (status === 409 && answer) {
        // Somebody else saved meanwhile: only the person can say which holds.
        stopped = true;
        say(answer.said, "warning");
      } else {
        throw new Error(String(status));
      }
    }).catch(() => {
      dirty = true;
      lost = true;
      keep();
      say(form.dataset.kept, "warning");
      schedule(AGAIN);
    }).finally(() => {
      running = null;
      if (dirty && !stopped) schedule(timer ? AGAIN : DELAY);
    });
    return running;
  };

  const changed = (event) => {
    if (event.target.matches("[name=q], [name=category], [type=file], [name=file_kind]")) return;
    dirty = true;
    keep();
    schedule();
  };
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  window.addEventListener("online", () => { if (dirty) schedule(0); });

  // A press while a save is under way waits for it: with the old version it would look like somebody else's change.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    // Where the last try found no connection another goes first: the browser's page of errors is no place to be.
    if (lost && !running) save();
    if (!running) {
      stopped = true;
      // On its way with the page: the answer shows it, or asks which holds. Without a connection nothing is sent.
      if (navigator.onLine && kept(place())) keep({ isSent: true });
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    const button = event.submitter;
    running.finally(() => {
      clearTimeout(timer);
      if (!lost) form.requestSubmit(button);
      else form.dispatchEvent(new CustomEvent("connection:lost", { bubbles: true, detail: button }));
    });
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) stopped = false; });

  // Choosing files uploads them at once; the button is for browsers without scripts. What is too much is said at the
  // field, before anything is sent.
  const attach = form.querySelector("[data-attach]");
  if (attach) attach.closest(".actions").hidden = true;
  const refuse = (input, text) => {
    const id = `${input.id}-error`;
    const box = document.getElementById(id) || document.createElement("div");
    const message = document.createElement("p");
    Object.assign(message, { className: "ds-validation-message", textContent: text });
    message.dataset.field = "validation";
    box.id = id;
    box.setAttribute("role", "alert");
    box.replaceChildren(message);
    input.closest(".ds-field").append(box);
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", [input.getAttribute("aria-describedby")?.replace(id, ""), id].join(" ").trim());
    input.value = "";
  };
  form.querySelector("input[type=file]")?.addEventListener("change", (event) => {
    const [input, limits] = [event.target, form.dataset];
    const files = [...input.files];
    if (files.length > Number(limits.mostFiles)) refuse(input, limits.tooManyFiles);
    else if (files.some((file) => file.size > Number(limits.mostBytes))) refuse(input, limits.tooLargeFile);
    else if (files.length && attach) form.requestSubmit(attach);
  });

  // A fraction is given in some units and comes in some packages; those are what there is to choose.
  const narrow = (fraction) => {
    for (const [name, allowed] of [["unit", fraction.dataset.units], ["package_type", fraction.dataset.packages]]) {
      const [field, all] = [form.elements[name], form.querySelector(`template[data-options-of="${name}"]`)];
      if (!field || !all) continue;
      const options = [...all.content.querySelectorAll("option")];
      const fitting = options.filter((one) => !one.value || (allowed || "").split(" ").includes(one.dataset.code));
      const offered = (fitting.length > 1 ? fitting : options).map((one) => one.cloneNode(true));
      const before = field.value;
      field.replaceChildren(...offered);
      if (offered.some((one) => one.value === before)) field.value = before;
      else field.value = offered.length === 2 ? offered[1].value : "";
    }
  };

  // A fraction brings what the catalogue says of it, unless somebody has said otherwise.
  const fills = ["consistency", "packing_group", "un_number"];
  const last = {};
  form.addEventListener("change", (event) => {
    if (event.target.name !== "fraction") return;
    for (const name of fills) {
      const field = form.elements[name];
      if (field && (field.value === "" || field.value === last[name])) field.value = event.target.dataset[name] || "";
      last[name] = event.target.dataset[name] || "";
    }
    narrow(event.target);
  });

  // A known load carrier brings its size along.
  form.elements.load_carrier_no?.addEventListener("change", (event) => {
    const known = [...document.querySelectorAll("#load-carriers option")].find((option) => option.value === event.target.value);
    if (!known?.dataset.size || form.elements.container_size.value) return;
    form.elements.container_size.value = known.dataset.size;
    form.elements.container_unit.value = known.dataset.unit;
  });

  // What a lost connection left behind, put back and saved: for this very draft, or on an empty form for a call-off that
  // never reached the server.
  const A_WEEK = 7 * 24 * 3600 * 1000;
  const left = () => {
    if (!isNew()) return [place()];
    const mine = `${PREFIX}${form.dataset.owner}:`;
    return Object.keys(localStorage).filter((name) => name.startsWith(mine) && !name.includes("/"));
  };

  const kept = (name) => {
    try {
      return localStorage.getItem(name);
    } catch {
      return null;
    }
  };

  const read = (name) => {
    try {
      const found = JSON.parse(kept(name) || "null");
      if (found && Date.now() - found.at < A_WEEK) return { ...found, name };
    } catch { /* not ours, or cut off */ }
    forget(name);
    return null;
  };

  const put = (name, value) => {
    const field = form.elements[name];
    const radios = field instanceof RadioNodeList ? [...field] : [field].filter((one) => one?.type === "radio");
    if (name === "fraction" && value && !radios.some((radio) => radio.value === value)) {
      const hidden = document.createElement("input");
      Object.assign(hidden, { type: "hidden", name, value });
      form.append(hidden);
      form.querySelector(".ds-search button")?.click();
      return true;
    }
    if (!field || field.value === value) return false;
    if (radios.length === 1) radios[0].checked = radios[0].value === value;
    else field.value = value;
    if (name === "fraction") radios.filter((radio) => radio.checked).forEach(narrow);
    return true;
  };

  const restore = () => {
    const found = left().map(read).filter(Boolean).sort((one, other) => other.at - one.at)[0];
    if (!found) return;
    const fields = Object.fromEntries(found.fields);
    const saved = form.elements.version.value;
    const hasMovedOn = !isNew() && fields.version !== saved;
    if (hasMovedOn && found.isSent) {
      // Saved with the page, or shown beside what somebody else saved.
      forget(found.name);
      return;
    }
    if (!isNew() && fields.line !== form.elements.line.value) {
      if (new URLSearchParams(location.search).get("line") !== fields.line) {
        location.replace(`${form.getAttribute("action")}?line=${encodeURIComponent(fields.line)}`);
        return;
      }
      // Somebody removed the line meanwhile: saved, it is there again.
      form.elements.line.value = fields.line;
    }
    // Somebody saved meanwhile: with the version this was written over, the next save shows both.
    if (hasMovedOn) form.elements.version.value = fields.version;
    const skipped = isNew() ? ["q", "category", "action"] : ["q", "category", "action", "start_key", "version", "line"];
    const differing = found.fields.filter(([name, value]) => !skipped.includes(name) && put(name, value));
    // A page that was sent and saved nothing, as when searching, is not saved by that.
    if (found.isSent) keep();
    if (!differing.length) {
      form.elements.version.value = saved;
      if (hasMovedOn) forget(found.name);
      return;
    }
    say(form.dataset.restored, "warning");
    dirty = true;
    schedule();
  };
  restore();
})();
