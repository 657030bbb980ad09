// Buttons above the text boxes of rich text: they write the same marks as are typed, around or before what is chosen.
(() => {
  "use strict";
  const around = (mark) => (chosen) => {
    const [, before, words, after] = /^(\s*)([\s\S]*?)(\s*)$/.exec(chosen);
    return `${before}${mark}${words || "…"}${mark}${after}`;
  };
  const lines = (mark) => (chosen) =>
    (chosen || "…").split("\n").filter((line) => line.trim()).map((line, index) => mark(index) + line).join("\n");
  const link = (chosen) => `[${chosen || "…"}](https://)`;
  // [face, name, what it writes, whether it is about whole lines]
  const BUTTONS = [
    ["B", "bold", around("**"), false],
    ["I", "italic", around("*"), false],
    ["H", "heading", lines(() => "## "), true],
    ["¶", "paragraph", (chosen) => `${chosen}\n\n`, false],
    ["•", "list", lines(() => "- "), true],
    ["1.", "numbers", lines((index) => `${index + 1}. `), true],
    ["↗", "link", link, false],
  ];
  const apply = (box, change, whole) => {
    let { selectionStart: start, selectionEnd: end } = box;
    const { value } = box;
    if (whole) {
      start = value.lastIndexOf("\n", start - 1) + 1;
      const after = value.indexOf("\n", Math.max(start, end - (value[end - 1] === "\n" && end > start ? 1 : 0)));
      end = after < 0 ? value.length : after;
    }
    box.setRangeText(change(value.slice(start, end)), start, end, start === end ? "end" : "select");
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.focus();
  };
  const toolbar = (box) => {
    const names = JSON.parse(box.dataset.richtext);
    const bar = document.createElement("div");
    bar.className = "richtext";
    bar.setAttribute("role", "group");
    bar.setAttribute("aria-label", names.all);
    for (const [face, name, change, whole] of BUTTONS) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button";
      button.textContent = face;
      button.title = names[name];
      button.setAttribute("aria-label", names[name]);
      button.addEventListener("click", () => apply(box, change, whole));
      bar.append(button);
    }
    box.before(bar);
  };
  addEventListener("load", () => document.querySelectorAll("textarea[data-richtext]").forEach(toolbar));
})();
