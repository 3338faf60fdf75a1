/** The mark of the product: a path that comes back to where it began. */
export function LoopMark({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" style={{ flex: "none" }}>
      <rect width="32" height="32" rx="9" fill="#067a45" />
      <path
        d="M10.2 20.6a6.2 6.2 0 1 1 4.4-10.6c2.4 2.4 3.4 6.4 6 8.4a4.6 4.6 0 1 0-.2-8"
        fill="none"
        stroke="#fff"
        strokeWidth="2.6"
        strokeLinecap="round"
      />
      <circle cx="10.2" cy="20.6" r="2.1" fill="#fff" />
    </svg>
  );
}
