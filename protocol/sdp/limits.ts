// How much of a peer's description we are willing to read. Used by the parser.

export interface SdpLimits {
  /** The whole description. An offer of a meeting in a browser can have some 200 KB. */
  readonly maxBytes: number;
  /** One line without its end, in characters. */
  readonly maxLineChars: number;
  readonly maxMedia: number;
  /** Formats of one `m=` line. There are 128 payload types. */
  readonly maxFormats: number;
  /** Attributes of the session, and of each media description. */
  readonly maxAttributes: number;
  /** Lines of all other kinds in the session, and in each media description. */
  readonly maxOtherLines: number;
}

export const DEFAULT_SDP_LIMITS: SdpLimits = {
  maxBytes: 262_144,
  maxLineChars: 8_192,
  maxMedia: 256,
  maxFormats: 128,
  maxAttributes: 1_024,
  maxOtherLines: 128,
};

/** Leniencies that are told of one description; those behind are not told. */
export const MAX_NOTES = 32;
