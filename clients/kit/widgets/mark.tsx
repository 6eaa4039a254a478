// Parley's mark: a P whose bowl is a conversation and whose heart is somebody present. The same drawing is in the icons.

interface MarkProps {
  readonly size?: number;
  /** On the mark's own teal it stands on glass instead. */
  readonly onTeal?: boolean;
}

export function Mark({ size = 32, onTeal = false }: MarkProps) {
  return (
    <svg viewBox="0 0 64 64" width={size} height={size} aria-hidden="true" focusable="false">
      <rect width="64" height="64" rx="17" fill={onTeal ? '#ffffff2e' : '#0c6b68'} />
      <path
        d="M0 47C0 47 22 60 64 30V47a17 17 0 0 1-17 17H17A17 17 0 0 1 0 47Z"
        fill="#084c4b"
        opacity={onTeal ? 0.25 : 0.55}
      />
      <path
        d="M18.5 51.5V27.5a13.75 13.75 0 1 1 13.75 13.75H27Z"
        fill="none"
        stroke="#fff"
        strokeWidth="6.5"
        strokeLinejoin="round"
        strokeLinecap="round"
      />
      <circle cx="32.25" cy="27.5" r="4.75" fill="#f4a66e" />
    </svg>
  );
}

export function Wordmark({ size = 28, onTeal = false }: MarkProps) {
  return (
    <span className="parley-wordmark">
      <Mark size={size} onTeal={onTeal} />
      <span>Parley</span>
    </span>
  );
}
