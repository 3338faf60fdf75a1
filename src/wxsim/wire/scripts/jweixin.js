// Stand-in for the vendor's jweixin: asks the simulator's phone around this frame, and nobody where there is none.
(() => {
  "use strict";
  const phone = new URL(document.currentScript.src).origin;
  const waiting = new Map();
  const readyCalls = [];
  const errorCalls = [];
  let count = 0;
  let config = null;
  let agent = null;
  let isReady = false;

  addEventListener("message", (event) => {
    if (event.source !== window.parent || event.origin !== phone || event.data?.wxsim !== "answer") return;
    const tell = waiting.get(event.data.id);
    waiting.delete(event.data.id);
    tell?.(event.data.result);
  });

  const ask = (name, params, tell) => {
    if (window.parent === window) return;
    count += 1;
    waiting.set(count, tell);
    const page = location.href.split("#")[0];
    const call = { wxsim: "call", id: count, name, params: params ?? {}, page, config, agent };
    window.parent.postMessage(JSON.parse(JSON.stringify(call)), phone);
  };

  const settings = ({ success, fail, ...rest }) => rest;
  const isFine = (result) => result.err_msg.endsWith(":ok");

  window.wx = {
    config(given) {
      config = settings(given);
      ask("config", {}, (result) => {
        isReady = isFine(result);
        for (const tell of isReady ? readyCalls.splice(0) : errorCalls) tell(result);
      });
    },
    ready(tell) {
      if (isReady) tell();
      else readyCalls.push(tell);
    },
    error(tell) {
      errorCalls.push(tell);
    },
    invoke(name, params, tell) {
      ask(name, params, (result) => tell?.(result));
    },
    __agentConfig(given) {
      agent = settings(given);
      ask("agentConfig", {}, (result) => (isFine(result) ? given.success : given.fail)?.(result));
    },
  };
})();
