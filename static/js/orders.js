// What the pages of the orders do better with JavaScript. Every page works without it.
(() => {
  "use strict";

  // A photo to tap is as wide as the page; the form tells how large it was shown.
  const widen = () => {
    for (const photo of document.querySelectorAll("input[data-spot]")) {
      photo.removeAttribute("width");
      photo.removeAttribute("height");
      photo.closest(".photo").classList.add("is-wide");
    }
  };
  document.addEventListener("click", (event) => {
    const photo = event.target.closest?.("input[data-spot]");
    if (!photo) return;
    const form = photo.form;
    form.elements.width.value = Math.round(photo.clientWidth);
    form.elements.height.value = Math.round(photo.clientHeight);
  }, true);

  const reveal = () => { for (const button of document.querySelectorAll("[data-print]")) button.hidden = false; };
  document.addEventListener("click", (event) => { if (event.target.closest?.("[data-print]")) window.print(); });

  widen();
  reveal();
})();
