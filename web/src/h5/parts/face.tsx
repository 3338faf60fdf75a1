import css from "./face.module.css";

const hues = [152, 205, 28, 262, 340, 92];

/** The first sign of a name on a calm ground that is always the same for this name. */
export function Face({ name, size = 40 }: { name: string; size?: number }) {
  const signs = [...name.trim()];
  const sum = signs.reduce((total, sign) => total + (sign.codePointAt(0) ?? 0), 0);
  const hue = hues[sum % hues.length];
  const style = {
    width: size,
    height: size,
    fontSize: size * 0.42,
    background: `hsl(${hue} 38% 88%)`,
    color: `hsl(${hue} 60% 22%)`,
  };
  return (
    <span className={css.face} style={style} aria-hidden="true">
      {signs[0] ?? "?"}
    </span>
  );
}
