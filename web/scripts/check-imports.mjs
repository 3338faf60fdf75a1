// The direction of imports: api, i18n, theme → shared → features → app, and no feature imports another.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../src");
const rank = { i18n: 0, theme: 0, api: 0, shared: 1, features: 2, app: 3, h5: 3, testing: 3, "main.tsx": 4 };
/** What the phone's pages may use besides their own: nothing that brings antd, the console or its messages. */
const forPhones =
  /^(@\/(i18n\/[\w-]+\/(h5|error)\.json|api\/(schema|types|errors)|shared\/format\/format)|\.|antd-mobile\/|react|i18next|openapi-fetch)/;

function* sources(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sources(path);
    else if (/\.tsx?$/.test(entry.name) && !/\.(test|d)\.tsx?$/.test(entry.name)) yield path;
  }
}

const parts = (path) => relative(root, path).split("/");

function complaint(from, to) {
  const [fromLayer, fromFeature] = parts(from);
  const [toLayer, toFeature] = parts(to);
  if (rank[toLayer] === undefined) return null;
  if (rank[toLayer] > rank[fromLayer]) return `${fromLayer} must not import ${toLayer}`;
  if (fromLayer === "features" && toLayer === "features" && fromFeature !== toFeature) {
    return `feature ${fromFeature} must not import feature ${toFeature}`;
  }
  return null;
}

let bad = 0;
for (const file of sources(root)) {
  const text = readFileSync(file, "utf8");
  if (file.endsWith(".tsx") && text.split("\n").length > 251) {
    console.error(`${relative(root, file)}: longer than 250 lines`);
    bad += 1;
  }
  for (const [, target] of text.matchAll(/(?:from\s+|import\s+|import\()"([^"]+)"/g)) {
    if (parts(file)[0] === "h5" && !forPhones.test(target)) {
      console.error(`${relative(root, file)}: the phone's pages must not load ${target}`);
      bad += 1;
    }
    if (!target.startsWith("@/") && !target.startsWith(".")) continue;
    const to = target.startsWith("@/") ? join(root, target.slice(2)) : resolve(dirname(file), target);
    const problem = complaint(file, to);
    if (problem === null) continue;
    console.error(`${relative(root, file)}: ${problem} (${target})`);
    bad += 1;
  }
}
process.exit(bad ? 1 : 0);
