/** The mark of the product; the console's own stands beside antd and is not loaded here. */
export function LoopMark({ size = 24 }: { size?: number }) {
  return <img src="/icon.svg" width={size} height={size} alt="" />;
}
