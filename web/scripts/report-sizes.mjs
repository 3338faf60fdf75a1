// Gzipped JavaScript that each page loads when it is the first one opened. Fails when a budget is exceeded.
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";

const root = resolve(import.meta.dirname, process.argv[2] ?? "../../src/weloop/_ui");
const firstBudget = 500_000;
const otherBudget = 700_000;
const phoneBudget = 150_000;
const manifestFile = join(root, ".vite/manifest.json");
if (!existsSync(manifestFile)) {
  console.error("Build first: npm run build");
  process.exit(1);
}
const manifest = JSON.parse(readFileSync(manifestFile, "utf8"));

function collect(key, files = new Set()) {
  const chunk = manifest[key];
  if (files.has(chunk.file)) return files;
  files.add(chunk.file);
  for (const imported of chunk.imports ?? []) collect(imported, files);
  return files;
}

const sizes = new Map();
function gzipped(file) {
  if (!sizes.has(file)) sizes.set(file, gzipSync(readFileSync(join(root, file)), { level: 6 }).length);
  return sizes.get(file);
}

const locale = "src/i18n/zh-CN/index.ts";
const app = "src/app/app.tsx";
const entry = new Set([...collect("index.html"), ...collect(locale), ...(manifest[app] ? collect(app) : [])]);
const pages = Object.keys(manifest).filter((key) => /features\/.*-page\.tsx$/.test(key));
function phoneMessages() {
  const names = ["src/i18n/zh-CN/h5.json", "src/i18n/zh-CN/error.json"];
  return names.flatMap((name) => (manifest[name] ? [...collect(name)] : []));
}

let failed = false;
for (const page of pages.sort()) {
  const files = new Set([...entry, ...collect(page)]);
  const total = [...files].reduce((sum, file) => sum + gzipped(file), 0);
  const budget = /login-page|workbench-page/.test(page) ? firstBudget : otherBudget;
  failed ||= total > budget;
  console.log(
    `${(total / 1000).toFixed(0).padStart(4)} kB of ${budget / 1000}  ${page.replace("src/features/", "")}`,
  );
}
const phone = new Set([...collect("h5.html"), ...phoneMessages()]);
const phoneTotal = [...phone].reduce((sum, file) => sum + gzipped(file), 0);
failed ||= phoneTotal > phoneBudget;
console.log(`${(phoneTotal / 1000).toFixed(0).padStart(4)} kB of ${phoneBudget / 1000}  h5`);
process.exit(failed ? 1 : 0);
