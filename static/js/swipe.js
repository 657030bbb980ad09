// A swipe over a chart leads to the period before or after, as the arrows do.
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
})();
