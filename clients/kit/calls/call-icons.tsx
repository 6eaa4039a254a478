// What the softphone is drawn with; the same hand as kit/widgets/icons.tsx.
import { icon } from '../widgets/icons.tsx';

const HANDSET =
  'M6.6 4.25h2.3c.5 0 .95.35 1.06.84l.7 3a1.1 1.1 0 0 1-.4 1.1L8.7 10.4a12 12 0 0 0 4.9 4.9l1.2-1.55a1.1 1.1 0 0 1 1.1-.4l3 .7c.5.1.85.55.85 1.05v2.3c0 1.3-1.1 2.4-2.4 2.3C10.6 19.2 4.8 13.4 4.3 6.65a2.25 2.25 0 0 1 2.3-2.4Z';

export const CallIcon = icon(<path d={HANDSET} />);
export const HangUpIcon = icon(
  <path d="M12 9.5c-3.2 0-6 .8-8 2.3a2 2 0 0 0-.7 2.1l.4 1.5c.2.7.9 1.1 1.6.9l2.6-.7c.5-.1.9-.6.9-1.1v-1.9a11 11 0 0 1 6.4 0v1.9c0 .5.4 1 .9 1.1l2.6.7c.7.2 1.4-.2 1.6-.9l.4-1.5a2 2 0 0 0-.7-2.1c-2-1.5-4.8-2.3-8-2.3Z" />,
);
export const VideoIcon = icon(
  <>
    <rect x="3.25" y="6.25" width="12" height="11.5" rx="2.5" />
    <path d="m15.25 11 5.5-3v8l-5.5-3" />
  </>,
  true,
);
export const VideoOffIcon = icon(
  <path d="M8 6.25h4.75a2.5 2.5 0 0 1 2.5 2.5V11l5.5-3v8l-2-1.1M15.2 16.4c-.4.8-1.3 1.35-2.25 1.35h-7.2a2.5 2.5 0 0 1-2.5-2.5v-6.5c0-.7.3-1.35.75-1.8M3.5 3.5l17 17" />,
);
export const MicrophoneIcon = icon(
  <>
    <rect x="9" y="3.5" width="6" height="10.5" rx="3" />
    <path d="M5.75 11.5a6.25 6.25 0 0 0 12.5 0M12 17.75v3" />
  </>,
);
export const MicrophoneOffIcon = icon(
  <path d="M9 9v2a3 3 0 0 0 4.6 2.55M15 11V6.5a3 3 0 0 0-5.6-1.5M5.75 11.5a6.25 6.25 0 0 0 9.7 5.2m2.8-5.2c0 .85-.17 1.66-.48 2.4M12 17.75v3M3.5 3.5l17 17" />,
);
export const ScreenIcon = icon(
  <>
    <rect x="3.25" y="4.75" width="17.5" height="11.5" rx="2" />
    <path d="M9 19.75h6M12 13V8m-2.25 2.25L12 8l2.25 2.25" />
  </>,
);
export const PauseIcon = icon(<path d="M8.5 5.5v13m7-13v13" />);
export const ResumeIcon = icon(<path d="M8 5.5v13l10-6.5-10-6.5Z" />, true);
export const TransferIcon = icon(<path d="M4.5 12.5v-2a3 3 0 0 1 3-3h11m-4-4 4 4-4 4M4.5 19.5h15" />, true);
const DOTS = [5.75, 12, 18.25].flatMap((cy) => [5.75, 12, 18.25].map((cx) => ({ cx, cy })));
export const KeypadIcon = icon(
  DOTS.map(({ cx, cy }) => <circle key={`${cx} ${cy}`} cx={cx} cy={cy} r="1.25" fill="currentColor" />),
);
export const SpeakerIcon = icon(
  <path d="M4.25 9.75v4.5h3l4 3.5V6.25l-4 3.5h-3Zm10.5-.75a4.25 4.25 0 0 1 0 6m2.5-8.5a7.75 7.75 0 0 1 0 11" />,
  true,
);
export const SpeakerOffIcon = icon(
  <path d="M4.25 9.75v4.5h3l4 3.5V6.25l-4 3.5h-3Zm11 .25 4.5 4.5m0-4.5-4.5 4.5" />,
  true,
);
export const FullScreenIcon = icon(
  <path d="M4.5 9V6A1.5 1.5 0 0 1 6 4.5h3M15 4.5h3A1.5 1.5 0 0 1 19.5 6v3m0 6v3a1.5 1.5 0 0 1-1.5 1.5h-3m-6 0H6A1.5 1.5 0 0 1 4.5 18v-3" />,
);
export const SmallWindowIcon = icon(
  <>
    <rect x="3.25" y="5.25" width="17.5" height="13.5" rx="2" />
    <rect x="12" y="11.25" width="6" height="4.75" rx="1" />
  </>,
);
export const IncomingIcon = icon(<path d="M17.5 6.5 7 17m0-7.5V17h7.5" />, true);
export const OutgoingIcon = icon(<path d="M6.5 17.5 17 7m0 7.5V7H9.5" />, true);
export const MissedIcon = icon(<path d="m4.5 7 7.25 7.25L19.5 6.5m-5.75 0h5.75v5.75" />, true);
