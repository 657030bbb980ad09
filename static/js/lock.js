// A page of somebody who has a PIN: it hides itself when nobody has been here for a while, and keeps the session open while
// somebody writes. The server locks the session whatever happens here.
(() => {
  "use strict";

  const { seconds, alive, unlock } = document.currentScript.dataset;
  const wait = Number(seconds) * 1000;
  let usedAt = Date.now();
  let toldAt = Date.now();

  const used = () => {
    usedAt = Date.now();
    if (usedAt - toldAt > Math.min(wait / 2, 60_000)) {
      toldAt = usedAt;
      fetch(alive).catch(() => {});
    }
  };
  for (const kind of ["pointerdown", "keydown", "scroll"]) document.addEventListener(kind, used, { passive: true });

  const lock = () => {
    document.body.hidden = true;
    const page = location.pathname + location.search;
    location.replace(`${unlock}?next=${encodeURIComponent(page)}`);
  };
  const check = () => { if (Date.now() - usedAt > wait + 2000) lock(); };
  setInterval(check, 5000);
  document.addEventListener("visibilitychange", check);
  // Out of the browser's store of pages left: what it shows may be locked by now.
  window.addEventListener("pageshow", (event) => { if (event.persisted) lock(); });
})();
