// Keeps the console alive: fetches the same page again when the world changed and swaps the parts marked data-live.
"use strict";

const bottom = () => {
  const log = document.querySelector("[data-bottom]");
  if (log) log.scrollTop = log.scrollHeight;
};

const swap = (fresh) => {
  for (const part of document.querySelectorAll("[data-live]")) {
    const next = fresh.getElementById(part.id);
    const inUse = part !== document.activeElement && part.contains(document.activeElement);
    if (!next || next.innerHTML === part.innerHTML || inUse) continue;
    const open = [...part.querySelectorAll("details[open]")].map((each) => each.id);
    const atEnd = part.scrollHeight - part.scrollTop - part.clientHeight < 80;
    part.innerHTML = next.innerHTML;
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    if ("bottom" in part.dataset && atEnd) bottom();
  }
};

let busy = false;
let again = false;
const refresh = async () => {
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (answer.ok) swap(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch {
    // The simulator is down; the stream tries again by itself.
  } finally {
    busy = false;
    if (again) {
      again = false;
      refresh();
    }
  }
};

const show = (pane) => {
  document.body.dataset.pane = pane;
  const callbacks = document.getElementById("pane-callbacks");
  if (pane === "callbacks" && callbacks) callbacks.open = true;
  for (const button of document.querySelectorAll(".panes button")) {
    button.classList.toggle("on", button.dataset.show === pane);
  }
};

document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-show]");
  if (!target) return;
  show(target.dataset.show);
  if (target.getAttribute("href") === "#scan") document.getElementById("code")?.focus();
});

const toast = document.getElementById("toast");
if (toast) {
  const clean = new URL(location.href);
  clean.searchParams.delete("outcome");
  history.replaceState(null, "", clean);
  setTimeout(() => toast.classList.add("gone"), 2600);
}

// A page in the phone, or beside its chat, calls wx.…: its script asks here, and the simulator answers.
const frameOf = (source) =>
  [...document.querySelectorAll("iframe")].find((frame) => frame.contentWindow === source);
addEventListener("message", async (event) => {
  const frame = frameOf(event.source);
  const owner = document.getElementById("phone")?.dataset.owner;
  if (!frame || !owner || event.data?.wxsim !== "call") return;
  const { id, name, params, page, config, agent } = event.data;
  if (new URL(page).origin !== event.origin) return;
  const call = { name, params, page, config, agent, chat: frame.dataset.chat ?? "" };
  const answer = await fetch(`/console/staff/${owner}/page-call`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(call),
  });
  const result = answer.ok ? await answer.json() : { err_msg: `${name}:fail`, errMsg: `${name}:fail` };
  event.source.postMessage({ wxsim: "answer", id, result }, event.origin);
});

bottom();
if (document.getElementById("code")?.value) show("acts");
const stream = new EventSource("/console/live");
stream.addEventListener("changed", refresh);
stream.addEventListener("open", refresh);
addEventListener("pagehide", () => stream.close());
