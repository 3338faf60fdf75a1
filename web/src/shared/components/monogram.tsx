import { useState } from "react";
import styles from "./monogram.module.css";

const hues = 6;

function hueOf(name: string): number {
  let sum = 0;
  for (const char of name) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 997;
  return sum % hues;
}

/** A picture of somebody, or the first character of the name on a quiet colour. Decorative: the name stands beside it. */
export function Monogram({ name, url, size = 32 }: { name: string; url?: string | null; size?: number }) {
  const [broken, setBroken] = useState(false);
  const initial = [...name.trim()][0]?.toUpperCase() ?? "?";
  const box = {
    width: size,
    height: size,
    fontSize: Math.round(size * 0.44),
    borderRadius: Math.round(size * 0.32),
  };
  const own = url?.startsWith("/") && !broken;
  return (
    <span className={styles.monogram} data-hue={hueOf(name)} style={box} aria-hidden="true">
      {own ? (
        <img src={url ?? ""} alt="" width={size} height={size} onError={() => setBroken(true)} />
      ) : (
        initial
      )}
    </span>
  );
}
