// Buttons above the text boxes of rich text: they put the marks around what is chosen. The text can be typed as well.
(() => {
  "use strict";
  const around = (before, after) => (chosen) => before + (chosen || "…") + after;
  const list = (tag) => (chosen) => {
    const items = (chosen || "…").split("\n").filter(Boolean).map((line) => `  <li>${line}</li>`);
    return `<${tag}>\n${items.join("\n")}\n</${tag}>`;
  };
  const BUTTONS = [
    ["B", "bold", around("<strong>", "</strong>")],
    ["I", "italic", around("<em>", "</em>")],
    ["H", "heading", around("<h2>", "</h2>")],
    ["¶", "paragraph", around("<p>", "</p>")],
    ["•", "list", list("ul")],
    ["1.", "numbers", list("ol")],
    ["↗", "link", around('<a href="https://">', "</a>")],
  ];
  const apply = (box, change) => {
    const { selectionStart: start, selectionEnd: end, value } = box;
    box.setRangeText(change(value.slice(start, end)), start, end, "select");
    box.focus();
  };
  const toolbar = (box) => {
    const names = JSON.parse(box.dataset.richtext);
    const bar = document.createElement("div");
    bar.className = "richtext";
    bar.setAttribute("role", "group");
    bar.setAttribute("aria-label", names.all);
    for (const [face, name, change] of BUTTONS) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button";
      button.textContent = face;
      button.title = names[name];
      button.setAttribute("aria-label", names[name]);
      button.addEventListener("click", () => apply(box, change));
      bar.append(button);
    }
    box.before(bar);
  };
  addEventListener("load", () => document.querySelectorAll("textarea[data-richtext]").forEach(toolbar));
})();
