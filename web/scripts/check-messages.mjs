// Messages: en-US has exactly the keys of zh-CN with the same placeholders, every key is used, every used
// key exists, no count is made a text before its plural is chosen, and no Chinese stands bare in the code.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";

const src = resolve(import.meta.dirname, "../src");
const problems = [];

function flatten(node, prefix, into) {
  for (const [key, value] of Object.entries(node)) {
    const path = prefix ? `${prefix}.${key}` : key;
    if (typeof value === "object") flatten(value, path, into);
    else into.set(path, value);
  }
  return into;
}

export function readMessages(locale) {
  const messages = new Map();
  for (const name of readdirSync(join(src, "i18n", locale))) {
    if (!name.endsWith(".json")) continue;
    // Two files make one area: the phone loads the first of them alone.
    const area = name === "deskError.json" ? "error" : name.replace(".json", "");
    flatten(JSON.parse(readFileSync(join(src, "i18n", locale, name), "utf8")), area, messages);
  }
  return messages;
}

const bare = (key) => key.replace(/_(one|other)$/, "");
const placeholders = (text) =>
  [...new Set([...text.matchAll(/{{(\w+)}}/g)].map((match) => match[1]))].sort().join();

function compare(zh, en) {
  const zhKeys = new Map([...zh].map(([key, text]) => [bare(key), text]));
  const enKeys = new Map([...en].map(([key, text]) => [bare(key), text]));
  for (const [key, text] of zhKeys) {
    if (!enKeys.has(key)) problems.push(`en-US lacks ${key}`);
    else if (placeholders(text) !== placeholders(enKeys.get(key)))
      problems.push(`${key}: placeholders differ`);
  }
  for (const key of enKeys.keys()) if (!zhKeys.has(key)) problems.push(`zh-CN lacks ${key}`);
  for (const [key, text] of en)
    if (/[\u3400-\u9fff]/.test(text.replace(/「[^」]*」|“[^”]*”/g, "")))
      problems.push(`en-US ${key} holds Chinese`);
  return zhKeys;
}

function* sources(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sources(path);
    else if (/\.tsx?$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name)) yield path;
  }
}

function withoutComments(text) {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "");
}

/** Exact keys and, for template literals, patterns that stand for all keys they can make. */
function usedKeys(plurals) {
  const exact = new Map();
  const patterns = [];
  for (const file of sources(src)) {
    const text = withoutComments(readFileSync(file, "utf8"));
    const name = relative(src, file);
    if (!name.startsWith("i18n/") && /[\u3400-\u9fff]/.test(text))
      problems.push(`${name}: bare Chinese text`);
    for (const [, key] of text.matchAll(/"([\w.]+)", \{ count: format/g))
      if (plurals.has(key)) problems.push(`${name}: ${key} takes its count as a number`);
    for (const [, key] of text.matchAll(/["']([a-z][\w-]*(?:\.[\w-]+)+)["']/gi)) exact.set(key, name);
    for (const [, literal] of text.matchAll(/`([a-z][\w-]*\.[^`\n]*\$\{[^`\n]*)`/gi)) {
      const pattern = literal.replace(/\$\{[^}]*\}/g, "\u0000").replace(/[.*+?^()|[\]\\]/g, "\\$&");
      patterns.push(new RegExp(`^${pattern.replaceAll("\u0000", ".+")}$`));
    }
  }
  return { exact, patterns };
}

function compareWithUse(zh, en) {
  const plurals = new Set([...en.keys()].filter((key) => key.endsWith("_one")).map(bare));
  const { exact, patterns } = usedKeys(plurals);
  const areas = new Set([...zh.keys()].map((key) => key.split(".")[0]));
  for (const [key, file] of exact) {
    if (
      areas.has(key.split(".")[0]) &&
      !zh.has(key) &&
      ![...zh.keys()].some((known) => known.startsWith(`${key}.`))
    ) {
      problems.push(`${file}: no message ${key}`);
    }
  }
  for (const key of zh.keys()) {
    if (!exact.has(key) && !patterns.some((pattern) => pattern.test(key)))
      problems.push(`${key} is never used`);
  }
}

const en = readMessages("en-US");
const zh = compare(readMessages("zh-CN"), en);
compareWithUse(zh, en);
for (const problem of problems) console.error(problem);
console.log(`${zh.size} messages, ${problems.length} problems`);
process.exit(problems.length ? 1 : 0);
