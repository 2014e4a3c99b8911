// Brings the page up to date when there is news, and does small things that a page can't do by itself. Without it
// everything works, too, by reloading.
"use strict";

document.documentElement.classList.add("js");

// morph makes one element like another by changing as little as can be: what somebody has selected, typed in or opened
// stays, and what changes can move to its new place.
function morph(from, to) {
  for (const {name, value} of to.attributes) {
    if (from.getAttribute(name) !== value && !(name === "open" && from.tagName === "DETAILS")) from.setAttribute(name, value);
  }
  for (const {name} of [...from.attributes]) {
    if (!to.hasAttribute(name) && !(name === "open" && from.tagName === "DETAILS")) from.removeAttribute(name);
  }
  const old = new Map();
  for (const child of from.children) if (child.id) old.set(child.id, child);
  let at = from.firstChild;
  for (const wanted of [...to.childNodes]) {
    const same = wanted.id && old.get(wanted.id);
    if (same && same !== at) from.insertBefore(same, at), at = same;
    const fits = at && at.nodeType === wanted.nodeType && at.nodeName === wanted.nodeName && (at.id || "") === (wanted.id || "");
    if (fits && at.nodeType === Node.ELEMENT_NODE) {
      if (!at.isEqualNode(wanted)) morph(at, wanted);
      at = at.nextSibling;
    } else if (fits) {
      if (at.data !== wanted.data) at.data = wanted.data;
      at = at.nextSibling;
    } else {
      const fresh = document.importNode(wanted, true);
      if (fresh.nodeType === Node.ELEMENT_NODE && fresh.id) fresh.classList.add("fresh");
      from.insertBefore(fresh, at);
    }
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

const main = document.getElementById("main");
let asking = false, again = false, later = 0;

// refresh asks for this page once more and takes over what is new.
async function refresh() {
  if (asking) { again = true; return; }
  if (document.hidden) { again = true; return; }
  asking = true; again = false;
  try {
    const answer = await fetch(location.href, {headers: {Accept: "text/html"}});
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const busy = document.activeElement && document.activeElement.matches("select:focus, input:focus") && main.contains(document.activeElement);
    if (!busy) morph(main, page.getElementById("main"));
    for (const part of ["time", "select[name=account]"]) {
      const now = document.querySelector(".top " + part), next = page.querySelector(".top " + part);
      if (now && next && document.activeElement !== now) morph(now, next);
    }
  } catch { live("waiting"); }
  asking = false;
  if (again) refresh();
  else lookAgain();
}

// lookAgain: some pages know that there will be more soon, without news.
function lookAgain() {
  clearTimeout(later);
  const soon = main.querySelector("[data-again]") ? 1 : main.querySelector(".tag.busy") ? 5 : 0;
  if (soon && main.dataset.events) later = setTimeout(refresh, soon * 1000);
}

function live(state) {
  const sign = document.querySelector("[data-live]");
  if (sign && main.dataset.events) { sign.textContent = state; sign.dataset.live = state; }
}

if (main.dataset.events) {
  const events = new EventSource(main.dataset.events);
  events.onopen = () => live("live");
  events.onerror = () => live("waiting");
  events.onmessage = refresh;
  addEventListener("pagehide", () => events.close());
  document.addEventListener("visibilitychange", () => { if (!document.hidden && again) refresh(); });
  lookAgain();
}

document.addEventListener("change", (e) => {
  if (e.target.matches("[data-submit]")) e.target.form.requestSubmit();
});

document.addEventListener("click", async (e) => {
  const button = e.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  button.classList.add("done");
  setTimeout(() => button.classList.remove("done"), 1200);
});

// Keys: g and a letter go to a page, / to the filter.
let gone = 0;
document.addEventListener("keydown", (e) => {
  if (e.ctrlKey || e.metaKey || e.altKey || e.target.matches("input, select, textarea")) return;
  if (e.key === "/") {
    const field = main.querySelector("input:not([type=hidden])");
    if (field) { field.focus(); e.preventDefault(); }
  } else if (e.key === "g") {
    gone = e.timeStamp;
  } else if (e.timeStamp - gone < 1500) {
    gone = 0;
    for (const link of document.querySelectorAll("#nav a:not(.close)")) {
      if (link.textContent.trim().toLowerCase().startsWith(e.key.toLowerCase())) { link.click(); break; }
    }
  }
});
