// How much of a peer's text we are willing to read. Used by the parser and the stream framer.

export interface ParseLimits {
  /** Whole message. A UDP datagram cannot be larger than the default. */
  readonly maxMessageBytes: number;
  readonly maxFields: number;
  /** One header field with its continuation lines, in characters. */
  readonly maxLineChars: number;
}

export const DEFAULT_LIMITS: ParseLimits = { maxMessageBytes: 65_535, maxFields: 256, maxLineChars: 8_192 };
