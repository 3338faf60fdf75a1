import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import en from "./en-US";
import zh from "./zh-CN";

const server = join(__dirname, "../../../src/weloop");

function* pythonFiles(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* pythonFiles(path);
    else if (entry.name.endsWith(".py")) yield path;
  }
}

/** Codes of the error tree and those given where an error is raised. */
function errorCodes(): Set<string> {
  const codes = new Set<string>();
  const patterns = [
    /\bcode(?:, status)? = "([a-z_]+)"/g,
    /\b(?:error_)?code="([a-z_]+)"/g,
    /^ {4}\d{3}: "([a-z_]+)",$/gm,
  ];
  for (const file of pythonFiles(server)) {
    const text = readFileSync(file, "utf8");
    for (const pattern of patterns) for (const [, code] of text.matchAll(pattern)) codes.add(code as string);
  }
  return codes;
}

it("has every message in both languages, used, and none bare in the code", () => {
  const script = join(__dirname, "../../scripts/check-messages.mjs");
  expect(execFileSync(process.execPath, [script], { encoding: "utf8" })).toMatch(/ 0 problems/);
});

it("has words for every error code of the server", () => {
  const codes = [...errorCodes()];
  expect(codes).toContain("too_many_tries");
  expect(codes.filter((code) => !(code in zh.error) || !(code in en.error))).toEqual([]);
});

it("has words for every kind of event", () => {
  const text = readFileSync(join(server, "contracts/events.py"), "utf8");
  const kinds = [...text.matchAll(/^ {4}[A-Z_]+ = "(\w+)"$/gm)].map(([, kind]) => kind as string);
  expect(kinds.length).toBeGreaterThan(10);
  expect(kinds.filter((kind) => !(kind in zh.event.kind) || !(kind in zh.letters.event))).toEqual([]);
});
