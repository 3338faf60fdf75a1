const person = /^'?(-?\d{1,19})$/;

/**
 * The persons of a text, each once: a line of numbers alone is all of them, of any other line the first cell counts.
 * `rest`: lines that begin with something else, such as the head of a file.
 */
export function readPersons(text: string): { persons: string[]; rest: number } {
  const found = new Set<string>();
  let rest = 0;
  for (const line of text.replaceAll(/["\ufeff]/g, "").split(/[\r\n]+/)) {
    const cells = line.split(/[,;，；、\s]+/).filter(Boolean);
    const numbers = cells.map((cell) => person.exec(cell)?.[1]);
    const wanted = numbers.includes(undefined) ? numbers.slice(0, 1) : numbers;
    for (const number of wanted) if (number !== undefined) found.add(number);
    if (wanted.includes(undefined)) rest += 1;
  }
  return { persons: [...found], rest };
}
