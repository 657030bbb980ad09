// Buttons above the text boxes of rich text: they put the marks around what is chosen. The text can be typed as well.
(() => {
  "use strict";
  const gettext = window.gettext || ((text) => text);
  const around = (before, after) => (chosen) => before + (chosen || gettext("text")) + after;
  const list = (tag) => (chosen) => {
    const items = (chosen || gettext("text")).split("\n").filter(Boolean).map((line) => `  <li>${line}</li>`);
    return `<${tag}>\n${items.join("\n")}\n</${tag}>`;
  };
  const BUTTONS = [
    ["B", gettext("Bold"), around("<strong>", "</strong>")],
    ["I", gettext("Italic"), around("<em>", "</em>")],
    ["H", gettext("Heading"), around("<h2>", "</h2>")],
    ["¶", gettext("Paragraph"), around("<p>", "</p>")],
    ["•", gettext("List"), list("ul")],
    ["1.", gettext("Numbered list"), list("ol")],
    ["🔗", gettext("Link"), around('<a href="https://">', "</a>")],
  ];
  const apply = (box, change) => {
    const { selectionStart: start, selectionEnd: end, value } = box;
    const put = change(value.slice(start, end));
    box.setRangeText(put, start, end, "select");
    box.focus();
  };
  const toolbar = (box) => {
    const bar = document.createElement("div");
    bar.className = "richtext";
    bar.setAttribute("role", "toolbar");
    bar.setAttribute("aria-label", gettext("Formatting"));
    for (const [face, name, change] of BUTTONS) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button";
      button.textContent = face;
      button.title = name;
      button.setAttribute("aria-label", name);
      button.addEventListener("click", () => apply(box, change));
      bar.append(button);
    }
    box.before(bar);
  };
  document.querySelectorAll("textarea[data-richtext]").forEach(toolbar);
})();
