// The price that is "now" is over when its hour or quarter is: then the page asks for itself anew.
(() => {
  "use strict";

  const prices = () => document.getElementById("prices");
  let due = Infinity;
  let timer = 0;
  let wasOpen = false;

  const wait = (seconds) => {
    due = Date.now() + seconds * 1000;
    clearTimeout(timer);
    timer = setTimeout(check, seconds * 1000);
  };
  const check = () => {
    if (Date.now() < due || !window.htmx) return;
    // Asked for again in a minute, should no answer come.
    wait(60);
    window.htmx.trigger(prices(), "over");
  };
  const arm = () => {
    clearTimeout(timer);
    due = Infinity;
    // A second later, so that it is over by the server's clock as well.
    const seconds = Number(prices()?.dataset.nowEnds);
    if (seconds) wait(seconds + 1);
  };

  const table = () => prices()?.querySelector("details.as-table");
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target !== prices()) return;
    wasOpen = Boolean(table()?.open);
    // Not this page any more: signed out or locked by now.
    if (!event.detail.serverResponse.includes('id="prices"')) {
      event.detail.shouldSwap = false;
      location.reload();
    }
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (wasOpen && table()) table().open = true;
    arm();
  });
  // A computer that slept, and a page from the browser's store, wake up late.
  document.addEventListener("visibilitychange", check);
  window.addEventListener("pageshow", check);
  arm();
})();
