// Parley's own icons: one stroke, 24 × 24, drawn for small sizes. Decorative: the control around them carries the name.
import type { ReactNode } from 'react';

export interface IconProps {
  readonly size?: number;
  readonly className?: string | undefined;
}

interface DrawingProps extends IconProps {
  readonly mirrored: boolean;
  readonly children: ReactNode;
}

function Drawing({ size = 20, className, mirrored, children }: DrawingProps) {
  return (
    <svg
      viewBox="0 0 24 24"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      strokeWidth={1.75}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      className={[className, mirrored ? 'parley-mirrored' : ''].filter(Boolean).join(' ') || undefined}
    >
      {children}
    </svg>
  );
}

/** Called once for each icon when the module loads. `mirrored`: it points, so it turns around from right to left. */
export function icon(drawing: ReactNode, mirrored = false): (props: IconProps) => ReactNode {
  return (props) => (
    <Drawing {...props} mirrored={mirrored}>
      {drawing}
    </Drawing>
  );
}

export const SearchIcon = icon(
  <>
    <circle cx="11" cy="11" r="6.25" />
    <path d="m20 20-4.4-4.4" />
  </>,
);
export const CloseIcon = icon(<path d="M6.5 6.5l11 11m0-11l-11 11" />);
export const BackIcon = icon(<path d="M19 12H5m6-6-6 6 6 6" />, true);
export const ChevronDownIcon = icon(<path d="m6.5 9.5 5.5 5.5 5.5-5.5" />);
export const ChevronEndIcon = icon(<path d="m9.5 6.5 5.5 5.5-5.5 5.5" />, true);
export const SendIcon = icon(
  <path d="M4.5 12 4 5.2c-.05-.75.7-1.3 1.4-1L20 11a1.1 1.1 0 0 1 0 2L5.4 19.8c-.7.3-1.45-.25-1.4-1L4.5 12Zm0 0h7" />,
  true,
);
export const SettingsIcon = icon(
  <>
    <path d="M4 7.5h9m4.5 0H20M4 16.5h2.5m4.5 0h9" />
    <circle cx="15.25" cy="7.5" r="2.25" />
    <circle cx="8.75" cy="16.5" r="2.25" />
  </>,
);
export const PeopleIcon = icon(
  <>
    <circle cx="9" cy="8.25" r="3.5" />
    <path d="M2.75 19.25c.4-3.4 2.9-5.5 6.25-5.5s5.85 2.1 6.25 5.5M15.5 5.1a3.5 3.5 0 0 1 0 6.3m2.6 3c1.8.8 2.9 2.5 3.15 4.85" />
  </>,
);
export const PersonIcon = icon(
  <>
    <circle cx="12" cy="8" r="3.75" />
    <path d="M4.75 20c.5-3.9 3.35-6 7.25-6s6.75 2.1 7.25 6" />
  </>,
);
export const PersonAddIcon = icon(
  <>
    <circle cx="10" cy="8" r="3.75" />
    <path d="M3 20c.5-3.9 3.2-6 7-6 1.3 0 2.5.25 3.5.7M18 14.5v6m-3-3h6" />
  </>,
);
export const ChatIcon = icon(
  <path d="M5.5 5h13A1.5 1.5 0 0 1 20 6.5v8.75a1.5 1.5 0 0 1-1.5 1.5H12L7.5 20.5v-3.75h-2a1.5 1.5 0 0 1-1.5-1.5V6.5A1.5 1.5 0 0 1 5.5 5Z" />,
);
export const StarIcon = icon(
  <path d="m12 4 2.4 5 5.5.7-4 3.8 1 5.4L12 16.3l-4.9 2.6 1-5.4-4-3.8 5.5-.7L12 4Z" />,
);
export const StarFilledIcon = icon(
  <path fill="currentColor" d="m12 4 2.4 5 5.5.7-4 3.8 1 5.4L12 16.3l-4.9 2.6 1-5.4-4-3.8 5.5-.7L12 4Z" />,
);
export const MoreIcon = icon(
  <g fill="currentColor" stroke="none">
    <circle cx="6" cy="12" r="1.6" />
    <circle cx="12" cy="12" r="1.6" />
    <circle cx="18" cy="12" r="1.6" />
  </g>,
);
export const PlusIcon = icon(<path d="M12 5v14M5 12h14" />);
export const EditIcon = icon(
  <path d="m5 19 .8-3.9L15.6 5.3a1.8 1.8 0 0 1 2.5 0l.6.6a1.8 1.8 0 0 1 0 2.5L8.9 18.2 5 19Zm8.8-11.9 3.1 3.1" />,
);
export const TrashIcon = icon(
  <path d="M4.5 7h15M9.5 7V4.75h5V7M6.5 7l.8 12.25h9.4L17.5 7m-7.25 3.5v5.25m3.5-5.25v5.25" />,
);
export const PhoneIcon = icon(
  <path d="M6.2 4.5h2.4c.5 0 .9.3 1 .8l.7 2.7c.1.4 0 .8-.3 1.1L8.6 10.5a11.5 11.5 0 0 0 4.9 4.9l1.4-1.4c.3-.3.7-.4 1.1-.3l2.7.7c.5.1.8.5.8 1v2.4c0 .9-.8 1.7-1.7 1.7A13.3 13.3 0 0 1 4.5 6.2c0-.9.8-1.7 1.7-1.7Z" />,
);
export const DeskPhoneIcon = icon(
  <>
    <rect x="7" y="3.5" width="10" height="17" rx="2.25" />
    <path d="M10.75 17.5h2.5" />
  </>,
);
export const MailIcon = icon(
  <>
    <rect x="3.75" y="5.5" width="16.5" height="13" rx="2" />
    <path d="m4.5 7.5 7.5 5.25 7.5-5.25" />
  </>,
);
export const BuildingIcon = icon(
  <path d="M5.5 20.25V5.5A1.5 1.5 0 0 1 7 4h6.5A1.5 1.5 0 0 1 15 5.5v14.75M15 10h2.5A1.5 1.5 0 0 1 19 11.5v8.75M3.75 20.25h16.5M9 8h2.5M9 12h2.5M9 16h2.5" />,
);
export const PlaceIcon = icon(
  <>
    <path d="M12 20.5c4-4.2 6.25-7.2 6.25-10.25a6.25 6.25 0 0 0-12.5 0C5.75 13.3 8 16.3 12 20.5Z" />
    <circle cx="12" cy="10.25" r="2.25" />
  </>,
);
/** A door. */
export const OfficeIcon = icon(
  <path d="M6.5 20.25V5.25a1.5 1.5 0 0 1 1.5-1.5h8a1.5 1.5 0 0 1 1.5 1.5v15M3.75 20.25h16.5M14 11.75v1.25" />,
);
export const MapIcon = icon(
  <path d="m3.75 6.5 5.5-2.25 5.5 2.25 5.5-2.25v13.25l-5.5 2.25-5.5-2.25-5.5 2.25V6.5Zm5.5-2.25V17.5m5.5-11v13.25" />,
);
export const WarningIcon = icon(
  <path d="M12 8.75v4.5m0 3v.1M10.6 4.9 3.4 17.4a1.6 1.6 0 0 0 1.4 2.4h14.4a1.6 1.6 0 0 0 1.4-2.4L13.4 4.9a1.6 1.6 0 0 0-2.8 0Z" />,
);
export const InfoIcon = icon(
  <>
    <circle cx="12" cy="12" r="8.25" />
    <path d="M12 11.25v4.5m0-7.6v.1" />
  </>,
);
export const CheckIcon = icon(<path d="m5 12.75 4.5 4.5L19 7.5" />);
export const ChecksIcon = icon(
  <>
    <path d="m2 12.75 4.5 4.5L16 7.5" />
    <path d="m11.5 16.5.75.75L22 7.5" />
  </>,
);
export const ClockIcon = icon(
  <>
    <circle cx="12" cy="12" r="8.25" />
    <path d="M12 7.5V12l3 2" />
  </>,
);
export const RetryIcon = icon(<path d="M19.5 12a7.5 7.5 0 1 1-2.2-5.3L19.5 9m0-4.5V9H15" />);
export const CopyIcon = icon(
  <>
    <rect x="8.5" y="8.5" width="11" height="11" rx="2" />
    <path d="M15.5 8.5V6.25a1.75 1.75 0 0 0-1.75-1.75h-7.5A1.75 1.75 0 0 0 4.5 6.25v7.5c0 .97.78 1.75 1.75 1.75H8.5" />
  </>,
);
export const SignOutIcon = icon(
  <path d="M13.5 4.75H7A1.75 1.75 0 0 0 5.25 6.5v11c0 .97.78 1.75 1.75 1.75h6.5M10.5 12h9m-3.5-3.75L19.75 12 16 15.75" />,
  true,
);
export const KeyboardIcon = icon(
  <>
    <rect x="3" y="6" width="18" height="12" rx="2.25" />
    <path d="M7 10h.1m3.2 0h.1m3.2 0h.1m3.2 0h.1M8 14h8" />
  </>,
);
export const KeyIcon = icon(
  <>
    <circle cx="8.25" cy="14.75" r="3.75" />
    <path d="m11 12 8-8m-3.5 3.5 2.25 2.25M13.25 9.75l1.5 1.5" />
  </>,
);
export const UploadIcon = icon(
  <path d="M12 15V4.75m0 0L8 8.75m4-4 4 4M4.75 15.5v2A1.75 1.75 0 0 0 6.5 19.25h11a1.75 1.75 0 0 0 1.75-1.75v-2" />,
);
export const HeartbeatIcon = icon(<path d="M3.5 12.5h3.75l2.25-6 4.25 11.5 2.5-5.5h4.25" />);
export const ArrowDownIcon = icon(<path d="M12 5v14m-5.5-5.5L12 19l5.5-5.5" />);
export const LockIcon = icon(
  <>
    <rect x="5.5" y="10.5" width="13" height="9" rx="2.25" />
    <path d="M8.5 10.5V8a3.5 3.5 0 0 1 7 0v2.5" />
  </>,
);
export const BlockIcon = icon(
  <>
    <circle cx="12" cy="12" r="8.25" />
    <path d="m6.2 6.2 11.6 11.6" />
  </>,
);
export const ShieldIcon = icon(
  <path d="M12 3.75 5 6.25v5.25c0 4.3 2.8 7.2 7 8.75 4.2-1.55 7-4.45 7-8.75V6.25l-7-2.5Z" />,
);
export const GlobeIcon = icon(
  <>
    <circle cx="12" cy="12" r="8.25" />
    <path d="M3.9 12h16.2M12 3.75c2.3 2.3 3.4 5 3.4 8.25s-1.1 5.95-3.4 8.25c-2.3-2.3-3.4-5-3.4-8.25s1.1-5.95 3.4-8.25Z" />
  </>,
);
export const BellIcon = icon(
  <path d="M6.5 16.5V11a5.5 5.5 0 0 1 11 0v5.5l1.5 1.75H5L6.5 16.5Zm3.75 1.75a1.75 1.75 0 0 0 3.5 0" />,
);
export const LicenceIcon = icon(
  <>
    <path d="M11 18.75H6A1.75 1.75 0 0 1 4.25 17V6A1.75 1.75 0 0 1 6 4.25h12A1.75 1.75 0 0 1 19.75 6v5M8 8.5h8M8 12h4.5" />
    <circle cx="16.5" cy="15" r="2.75" />
    <path d="m15 17.5-.75 3.25 2.25-1.25 2.25 1.25L18 17.5" />
  </>,
);
export const LadderIcon = icon(
  <path d="M5.5 4v16m13-16v16M5.5 8.25h12m-3-2.75 3 2.75-3 2.75m4 4.75h-12m3-2.75-3 2.75 3 2.75" />,
);
export const DownloadIcon = icon(
  <path d="M12 4.75V15m0 0 4-4m-4 4-4-4M4.75 15.5v2A1.75 1.75 0 0 0 6.5 19.25h11a1.75 1.75 0 0 0 1.75-1.75v-2" />,
);
export const PrintIcon = icon(
  <path d="M7.5 8.5v-4.25h9V8.5M7.5 16.75H6A1.75 1.75 0 0 1 4.25 15v-4.75A1.75 1.75 0 0 1 6 8.5h12a1.75 1.75 0 0 1 1.75 1.75V15A1.75 1.75 0 0 1 18 16.75h-1.5m-9-2.5h9v5.5h-9Z" />,
);
export const ServerIcon = icon(
  <>
    <rect x="4.25" y="4.25" width="15.5" height="6.5" rx="1.75" />
    <rect x="4.25" y="13.25" width="15.5" height="6.5" rx="1.75" />
    <path d="M7.75 7.5h.01m-.01 9h.01m4.49-9h4m-4 9h4" />
  </>,
);
export const MobileIcon = icon(
  <>
    <rect x="7.25" y="3.25" width="9.5" height="17.5" rx="2" />
    <path d="M10.75 17.75h2.5" />
  </>,
);
export const HomeIcon = icon(
  <path d="m3.75 11.5 8.25-7 8.25 7M6 9.75v8.5A1.5 1.5 0 0 0 7.5 19.75h9a1.5 1.5 0 0 0 1.5-1.5v-8.5m-7.5 10v-5.5h3v5.5" />,
);
export const CalendarIcon = icon(
  <>
    <rect x="4.25" y="5.25" width="15.5" height="14.5" rx="2" />
    <path d="M4.25 9.75h15.5M8.25 3.25v4m7.5-4v4" />
  </>,
);
export const EyeIcon = icon(
  <>
    <path d="M2.75 12S6 5.75 12 5.75 21.25 12 21.25 12 18 18.25 12 18.25 2.75 12 2.75 12Z" />
    <circle cx="12" cy="12" r="2.75" />
  </>,
);
export const CardIcon = icon(
  <>
    <rect x="3.25" y="5.25" width="17.5" height="13.5" rx="2" />
    <circle cx="8.5" cy="11" r="1.9" />
    <path d="M5.9 15.75c.4-1.3 1.4-2 2.6-2s2.2.7 2.6 2M14 10h3.75M14 13.75h3.75" />
  </>,
);
