// Stand-in for the vendor's jwxwork, which adds agentConfig to what jweixin made.
(() => {
  "use strict";
  if (window.wx) window.wx.agentConfig = window.wx.__agentConfig;
})();
