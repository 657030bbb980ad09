// Puts the position into the form when the person asks for it and the browser is let. Without it, words must do.
(() => {
  "use strict";
  const box = document.querySelector("[data-position]");
  if (!box || !navigator.geolocation) return;
  const field = (name) => document.querySelector(`[data-${name}]`);
  const said = box.querySelector("[role=status]");
  box.hidden = false;
  const found = ({ coords }) => {
    field("latitude").value = coords.latitude.toFixed(6);
    field("longitude").value = coords.longitude.toFixed(6);
    field("accuracy").value = Math.round(coords.accuracy);
    said.textContent = said.dataset.found.replace("#", Math.round(coords.accuracy));
  };
  box.querySelector("button").addEventListener("click", () => {
    said.textContent = said.dataset.asking;
    navigator.geolocation.getCurrentPosition(found, () => { said.textContent = said.dataset.refused; }, {
      enableHighAccuracy: true,
      timeout: 15000,
    });
  });
})();
