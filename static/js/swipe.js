// A swipe over a chart leads to the period before or after, as the arrows do. The page stays where it is, says what it
// shows now, and leaves the focus where it was.
(() => {
  "use strict";
  const LONG = 60, FLAT = 40;
  let from = null;
  document.addEventListener("touchstart", (event) => {
    const inside = event.target.closest("[data-swipe]");
    from = inside && event.touches.length === 1 ? event.touches[0] : null;
  }, { passive: true });
  document.addEventListener("touchend", (event) => {
    if (!from) return;
    const to = event.changedTouches[0];
    const across = to.clientX - from.clientX, down = to.clientY - from.clientY;
    from = null;
    if (Math.abs(across) < LONG || Math.abs(down) > FLAT) return;
    document.querySelector(`.period a[rel="${across > 0 ? "prev" : "next"}"]`)?.click();
  }, { passive: true });

  // An answer without the overview is another page: somebody has to sign in again, say.
  let pressed = false, open = false;
  const table = () => document.querySelector("#overview .as-table");
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target?.id !== "overview") return;
    pressed = document.activeElement !== document.body;
    open = table()?.open;
    if (event.detail.isError || event.detail.serverResponse.includes('id="overview"')) return;
    event.detail.shouldSwap = false;
    window.location.assign(event.detail.xhr.responseURL);
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id !== "overview") return;
    if (table()) table().open = open;
    const title = document.getElementById("readings-title");
    document.getElementById("overview-said").textContent = title.textContent;
    // What was chosen from a list that is closed again has no place of its own.
    if (pressed && document.activeElement === document.body) title.focus({ preventScroll: true });
  });
})();
