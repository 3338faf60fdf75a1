import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const server = process.env.WELOOP_DEV_SERVER ?? "http://127.0.0.1:8710";

/** What nearly every page needs, in one file each: alone, the icons were a third of the files that a page asks for. */
const GROUPS = [
  { name: "react", test: /node_modules.(react|react-dom|scheduler)\//, priority: 1 },
  { name: "icons", test: /node_modules.@ant-design.icons/ },
];

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    outDir: "../src/weloop/_ui",
    emptyOutDir: true,
    target: "es2022",
    chunkSizeWarningLimit: 1200,
    manifest: true,
    rolldownOptions: {
      input: { console: "index.html", phone: "h5.html" },
      output: { codeSplitting: { groups: GROUPS } },
    },
  },
  server: {
    proxy: { "/api": server, "/enter": server },
  },
  test: {
    environment: "jsdom",
    globals: true,
    setupFiles: ["src/testing/setup.ts"],
    css: false,
    // Test files share one module graph: loading antd costs more than all tests together.
    isolate: false,
    pool: "threads",
    // A guard against hanging, wide enough for a busy machine.
    testTimeout: 60_000,
  },
});
