// Gives the admin's searchable drop-downs a name for screen readers: select2 names an empty one after its empty text.
(() => {
  const name = (select) => {
    const selection = select.nextElementSibling?.querySelector(".select2-selection");
    const label = select.getAttribute("aria-label") || select.labels[0]?.textContent.trim();
    if (!selection || !label) return;
    selection.setAttribute("aria-label", label);
    selection.querySelector(".select2-selection__rendered")?.setAttribute("aria-label", label);
  };
  // After select2 has drawn them.
  const nameAll = () => requestAnimationFrame(() => document.querySelectorAll(".admin-autocomplete").forEach(name));
  addEventListener("load", nameAll);
  document.addEventListener("formset:added", nameAll);
})();
