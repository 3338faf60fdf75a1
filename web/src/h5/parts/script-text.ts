/** What the sidebar fills into a script; null where nobody has told it. */
export type ScriptValues = Record<"name" | "company" | "staff", string | null>;

const variable = /\{\{\s*([^{}]*?)\s*\}\}/g;

/** A script for this customer, and what of it is not known: with a gap it is not sent. */
export function fillScript(text: string, values: ScriptValues): { text: string; missing: string[] } {
  const missing = new Set<string>();
  const filled = text.replaceAll(variable, (whole, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name as keyof ScriptValues] : null;
    if (value) return value;
    missing.add(name);
    return whole;
  });
  return { text: filled, missing: [...missing] };
}
