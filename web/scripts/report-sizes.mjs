// Gzipped JavaScript that each route loads when it is the first one opened. Fails when a budget is exceeded.
// Usage: node scripts/report-sizes.mjs [FOLDER] [--json]     FOLDER: a build; without one, that of the product.
import { existsSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";

const web = resolve(import.meta.dirname, "..");
const asJson = process.argv.includes("--json");
const folder = process.argv.slice(2).find((argument) => !argument.startsWith("--"));
const root = resolve(folder ?? join(web, "../src/weloop/_ui"));
const budgets = { first: 500_000, other: 700_000, phone: 150_000 };
/** Where people come in. */
const firstRoutes = ["/login", "/"];
const manifestFile = join(root, ".vite/manifest.json");
if (!existsSync(manifestFile)) {
  console.error("Build first: weloop ui build");
  process.exit(1);
}
const manifest = JSON.parse(readFileSync(manifestFile, "utf8"));

function collect(key, files = new Set()) {
  const chunk = manifest[key];
  if (!chunk) throw new Error(`The build has no ${key}`);
  if (files.has(chunk.file)) return files;
  files.add(chunk.file);
  for (const imported of chunk.imports ?? []) collect(imported, files);
  return files;
}

/** As it is served: the file that the build packed, else packed here. */
function gzipped(file) {
  const packed = join(root, `${file}.gz`);
  return existsSync(packed) ? statSync(packed).size : gzipSync(readFileSync(join(root, file))).length;
}

function weigh(route, keys, budget) {
  const files = new Set(keys.flatMap((key) => [...collect(key)]));
  const bytes = [...files]
    .filter((file) => file.endsWith(".js"))
    .reduce((sum, file) => sum + gzipped(file), 0);
  return { route, bytes, budget };
}

/** Routes and the modules of their pages, out of the router itself: no page can be left out. */
function readRoutes() {
  const text = readFileSync(join(web, "src/app/routes.tsx"), "utf8");
  const found = [...text.matchAll(/page\("([^"]*)",\s*\(\)\s*=>\s*import\("@\/([^"]+)"\)/g)];
  const pages = found.map(([, path, module]) => [`/${path.replace(/^\//, "")}`, `src/${module}.tsx`]);
  const missed = Object.keys(manifest).filter(
    (key) => /features\/.*-page\.tsx$/.test(key) && !pages.some(([, module]) => module === key),
  );
  if (missed.length > 0) throw new Error(`No route leads to ${missed.join(", ")}`);
  return pages;
}

const desk = [
  "index.html",
  "src/i18n/zh-CN/index.ts",
  ...(manifest["src/app/app.tsx"] ? ["src/app/app.tsx"] : []),
];
const phone = ["h5.html", "src/i18n/zh-CN/h5.json", "src/i18n/zh-CN/error.json"];
const weighed = readRoutes().map(([route, module]) =>
  weigh(route, [...desk, module], firstRoutes.includes(route) ? budgets.first : budgets.other),
);
weighed.push(weigh("/h5", phone, budgets.phone));
weighed.push(weigh("/h5/sidebar", [...phone, "src/h5/pages/sidebar-page.tsx"], budgets.phone));
for (const { route, bytes, budget } of weighed) {
  if (asJson) console.log(JSON.stringify({ route, bytes, budget }));
  else console.log(`${(bytes / 1000).toFixed(0).padStart(4)} kB of ${budget / 1000}  ${route}`);
}
const over = weighed.filter(({ bytes, budget }) => bytes > budget);
for (const { route } of over) console.error(`Over its budget: ${route}`);
process.exit(over.length > 0 ? 1 : 0);
