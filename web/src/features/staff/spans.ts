/** Minutes of a day, from and until: `[540, 1080]` is 09:00 to 18:00. */
export type Span = [number, number];
export type Week = Span[][];

const hour = 60;
const wholeDay = 24 * hour;
export const workdays = 5;
const spanPattern = /^(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})$/;

function clock(minutes: number): string {
  const pad = (part: number) => String(part).padStart(2, "0");
  return `${pad(Math.floor(minutes / hour))}:${pad(minutes % hour)}`;
}

/** `09:00-12:00, 13:30-18:00`; empty for a day off. */
export function writeSpans(spans: readonly (readonly number[])[]): string {
  return spans.map(([from = 0, until = 0]) => `${clock(from)}-${clock(until)}`).join(", ");
}

/** The spans of a day as somebody types them, in Chinese or Latin signs; null when they are none. */
export function readSpans(text: string): Span[] | null {
  const plain = text
    .replaceAll("：", ":")
    .replaceAll(/[–—~～\u81f3]/g, "-")
    .replaceAll(/[，、;；]/g, ",")
    .replaceAll(/\s/g, "");
  if (plain === "") return [];
  const spans: Span[] = [];
  let last = 0;
  for (const part of plain.split(",")) {
    const found = spanPattern.exec(part);
    if (!found) return null;
    const [fromHour = 0, fromMinute = 0, untilHour = 0, untilMinute = 0] = found.slice(1).map(Number);
    const [from, until] = [fromHour * hour + fromMinute, untilHour * hour + untilMinute];
    if (fromMinute >= hour || untilMinute >= hour || from < last || from >= until || until > wholeDay)
      return null;
    spans.push([from, until]);
    last = until;
  }
  return spans;
}

interface Stretch {
  first: number;
  last: number;
  spans: string;
}

/** Neighbouring weekdays with the same spans taken together; days off are left out. */
export function groupWeek(week: readonly (readonly (readonly number[])[])[]): Stretch[] {
  const found: Stretch[] = [];
  week.forEach((day, number) => {
    const spans = writeSpans(day);
    const before = found.at(-1);
    if (before && before.last === number - 1 && before.spans === spans) before.last = number;
    else if (spans) found.push({ first: number, last: number, spans });
  });
  return found;
}
