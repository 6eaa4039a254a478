// Icons of writing: formats, emoji, images, answers. Drawn as those of the kit.
import { icon } from '../../kit/widgets/icons.tsx';

export const BoldIcon = icon(
  <path strokeWidth={2.2} d="M8 5h5a3.5 3.5 0 0 1 0 7H8V5Zm0 7h6a3.5 3.5 0 0 1 0 7H8v-7Z" />,
);
export const ItalicIcon = icon(<path d="M10.5 5h7m-11 14h7M14.5 5l-5 14" />);
export const StrikeIcon = icon(
  <path d="M4.5 12h15M16.5 7.5C16 6 14.3 5 12 5 9.2 5 7.5 6.4 7.5 8.3c0 1.6 1.2 2.6 3 3.2M7.3 16c.6 1.8 2.3 3 4.8 3 2.8 0 4.6-1.5 4.6-3.5 0-.6-.15-1.1-.45-1.5" />,
);
export const CodeIcon = icon(<path d="m8.5 7.5-5 4.5 5 4.5m7-9 5 4.5-5 4.5M13.5 5.5l-3 13" />);
export const LinkIcon = icon(
  <path d="m10 14 4-4m-3.25-2.75 1.5-1.5a4 4 0 0 1 5.75 5.75l-1.75 1.5M13.25 16.75l-1.5 1.5A4 4 0 0 1 6 12.5L7.75 11" />,
);
export const QuoteIcon = icon(
  <path d="M10 7.5C7 8 5.5 9.9 5.5 13v3.5H10V12H7.75M18.5 7.5c-3 .5-4.5 2.4-4.5 5.5v3.5h4.5V12h-2.25" />,
  true,
);
export const ListIcon = icon(
  <>
    <path d="M9.5 7h10m-10 5h10m-10 5h10" />
    <path strokeWidth={2.6} d="M5.25 7h.01M5.25 12h.01M5.25 17h.01" />
  </>,
  true,
);
export const EmojiIcon = icon(
  <>
    <circle cx="12" cy="12" r="8.25" />
    <path d="M8.25 14c.7 1.5 2 2.35 3.75 2.35s3.05-.85 3.75-2.35M9.25 9.5v.6m5.5-.6v.6" />
  </>,
);
export const ReactIcon = icon(
  <path d="M19.9 11a8.25 8.25 0 1 1-6.9-7.2M8.25 14c.7 1.5 2 2.35 3.75 2.35s3.05-.85 3.75-2.35M9.25 9.5v.6m5.5-.6v.6M18.5 3v5M16 5.5h5" />,
);
export const ImageIcon = icon(
  <>
    <rect x="4" y="5" width="16" height="14" rx="2.25" />
    <circle cx="9" cy="10" r="1.5" />
    <path d="m4.5 17 4.75-4.25 3.25 2.75 3-2.5 4.25 3.75" />
  </>,
);
export const ReplyIcon = icon(<path d="M9.5 6 4.5 11l5 5M4.5 11h9a6 6 0 0 1 6 6v1.5" />, true);
export const HighIcon = icon(
  <>
    <path strokeWidth={2.4} d="M12 5v8.5" />
    <path strokeWidth={2.8} d="M12 18.5h.01" />
  </>,
);
export const LowIcon = icon(<path d="M12 5v13m-5-5 5 5 5-5" />);
export const SubjectIcon = icon(<path d="M6 8V5.5h12V8M12 5.5v13M9.5 18.5h5" />);
export const FormatIcon = icon(
  <path d="m3.5 18 4.75-12.5L13 18M5.25 14h6m9.25-2.5V18m0-3.25a2.75 3.25 0 1 1-5.5 0 2.75 3.25 0 0 1 5.5 0Z" />,
);
export const SendLaterIcon = icon(
  <>
    <circle cx="12" cy="12" r="8.25" />
    <path d="M12 7.5V12l3 2" />
  </>,
);
