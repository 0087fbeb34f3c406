// Comfort only: every page works without this file.

// j / k move through an inbox, Enter opens: officials keep their hands on the keys.
document.addEventListener("keydown", (event) => {
  const list = document.querySelector("[data-keys]");
  const typing = event.target.closest("input, textarea, select");
  if (!list || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const step = { j: 1, k: -1 }[event.key];
  if (!step) return;
  const links = [...list.querySelectorAll("a")];
  const here = links.indexOf(document.activeElement);
  const next = links[Math.min(links.length - 1, Math.max(0, here + step))];
  if (next) { next.focus(); event.preventDefault(); }
});

// One press is one submission: the server refuses a second anyway, this spares the wait.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.once === undefined || event.defaultPrevented) return;
  setTimeout(() => form.querySelectorAll("button").forEach((b) => { b.disabled = true; }));
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-once] button").forEach((b) => { b.disabled = false; }));

// Where an answer brings in other parts, the server sends them all anew: what was typed
// while they were on their way is typed again.
let typed = [];
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  if (event.detail.target.id !== "parts") return;
  const controls = event.detail.target.querySelectorAll("input:not([type=hidden], [type=file]), select, textarea");
  typed = [...controls].map((c) => [c.name, c.type === "radio" ? c.value : null, c.type === "radio" ? c.checked : c.value]);
});
document.addEventListener("htmx:oobAfterSwap", (event) => {
  if (event.detail.target.id !== "parts") return;
  for (const [name, option, state] of typed) {
    const same = [...document.getElementsByName(name)].find((c) => option === null || c.value === option);
    if (same && option === null) same.value = state;
    if (same && option !== null) same.checked = state;
  }
  typed = [];
});

// A row that was just added is where the person goes on.
addEventListener("load", () => {
  const place = location.hash && document.getElementById(location.hash.slice(1));
  if (place && place.closest("[data-once]")) place.focus();
});

// Print on request.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print-page]")) print();
});
