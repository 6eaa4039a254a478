// Parley's own colours: a deep teal, a warm accent, and neutrals with a little sand in them.
import type { BrandVariants } from '@fluentui/react-components';

export const teal: BrandVariants = {
  10: '#03181a',
  20: '#07282b',
  30: '#08383a',
  40: '#094849',
  50: '#0a5654',
  60: '#0b615f',
  70: '#0c6b68',
  80: '#0f7572',
  90: '#2a8a85',
  100: '#449b95',
  110: '#5eaba5',
  120: '#7abcb6',
  130: '#97cdc8',
  140: '#b4ddd9',
  150: '#d1ebe8',
  160: '#eaf6f4',
};

/** Tokens beside Fluent's own; each becomes a CSS variable of the same name. */
export interface ParleyTokens {
  readonly parleySidebar: string;
  readonly parleySidebarHover: string;
  readonly parleySidebarSelected: string;
  readonly parleyCanvas: string;
  readonly parleyBubble: string;
  /** Transparent where the ground tells a bubble apart; forced colours show it all the same. */
  readonly parleyBubbleBorder: string;
  readonly parleyBubbleOwn: string;
  readonly parleyBubbleOwnText: string;
  readonly parleyAccent: string;
  readonly parleyAccentText: string;
  readonly parleyOnAccent: string;
  readonly parleyAvailable: string;
  readonly parleyBusy: string;
  readonly parleyAway: string;
  readonly parleyOffline: string;
  readonly parleyShadow: string;
}

export const lightTokens: ParleyTokens = {
  parleySidebar: '#f6f3ee',
  parleySidebarHover: '#ede8e0',
  parleySidebarSelected: '#ffffff',
  parleyCanvas: '#fdfcfa',
  parleyBubble: '#f2eee8',
  parleyBubbleBorder: 'transparent',
  parleyBubbleOwn: '#d9efec',
  parleyBubbleOwnText: '#08302f',
  parleyAccent: '#b4490f',
  parleyAccentText: '#9c3d09',
  parleyOnAccent: '#ffffff',
  parleyAvailable: '#1c7f4b',
  parleyBusy: '#c0322b',
  parleyAway: '#a06600',
  parleyOffline: '#6f7a76',
  parleyShadow: '0 1px 2px rgba(40, 30, 15, 0.06), 0 8px 28px rgba(40, 30, 15, 0.10)',
};

export const darkTokens: ParleyTokens = {
  parleySidebar: '#12191b',
  parleySidebarHover: '#1c2528',
  parleySidebarSelected: '#243033',
  parleyCanvas: '#182022',
  parleyBubble: '#263235',
  parleyBubbleBorder: 'transparent',
  parleyBubbleOwn: '#125350',
  parleyBubbleOwnText: '#eaf6f4',
  parleyAccent: '#f0a26b',
  parleyAccentText: '#f4b283',
  parleyOnAccent: '#2b1503',
  parleyAvailable: '#4fbf83',
  parleyBusy: '#f0776d',
  parleyAway: '#e3ae45',
  parleyOffline: '#98a5a0',
  parleyShadow: '0 1px 2px rgba(0, 0, 0, 0.4), 0 10px 32px rgba(0, 0, 0, 0.45)',
};

export const contrastTokens: ParleyTokens = {
  parleySidebar: '#000000',
  parleySidebarHover: '#1aebff33',
  parleySidebarSelected: '#1f3a3d',
  parleyCanvas: '#000000',
  parleyBubble: '#000000',
  parleyBubbleBorder: '#ffffff',
  parleyBubbleOwn: '#0b3a3f',
  parleyBubbleOwnText: '#ffffff',
  parleyAccent: '#ffff00',
  parleyAccentText: '#ffff00',
  parleyOnAccent: '#000000',
  parleyAvailable: '#3ff23f',
  parleyBusy: '#ff8a80',
  parleyAway: '#ffd54f',
  parleyOffline: '#ffffff',
  parleyShadow: '0 0 0 1px #ffffff',
};
