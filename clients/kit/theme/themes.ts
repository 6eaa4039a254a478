// The three looks: light, dark, high contrast. Fluent's token names with Parley's values.
import {
  createDarkTheme,
  createLightTheme,
  type Theme,
  teamsHighContrastTheme,
} from '@fluentui/react-components';
import { contrastTokens, darkTokens, lightTokens, type ParleyTokens, teal } from './ramp.ts';

export type Look = 'light' | 'dark' | 'contrast';

const shape = {
  fontFamilyBase:
    "'Inter', -apple-system, 'Segoe UI Variable Text', 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', system-ui, sans-serif",
  fontFamilyMonospace:
    "ui-monospace, 'Cascadia Mono', 'SF Mono', 'Noto Sans Mono', 'Liberation Mono', monospace",
  borderRadiusSmall: '5px',
  borderRadiusMedium: '8px',
  borderRadiusLarge: '10px',
  borderRadiusXLarge: '14px',
} satisfies Partial<Theme>;

const light: Theme & ParleyTokens = {
  ...createLightTheme(teal),
  ...shape,
  ...lightTokens,
  colorNeutralForeground1: '#1b2422',
  colorNeutralForeground1Hover: '#1b2422',
  colorNeutralForeground1Pressed: '#1b2422',
  colorNeutralForeground2: '#3d4946',
  colorNeutralForeground3: '#5a6663',
  colorNeutralForeground4: '#66716e',
  colorNeutralBackground1: '#ffffff',
  colorNeutralBackground1Hover: '#f6f3ee',
  colorNeutralBackground1Pressed: '#ebe6de',
  colorNeutralBackground1Selected: '#efebe4',
  colorNeutralBackground2: '#fbf9f6',
  colorNeutralBackground3: '#f6f3ee',
  colorNeutralBackground4: '#f1ede6',
  colorNeutralBackground5: '#ebe6de',
  colorNeutralBackground6: '#e6e0d7',
  colorSubtleBackgroundHover: '#efeae2',
  colorSubtleBackgroundPressed: '#e6e0d6',
  colorSubtleBackgroundSelected: '#ece7de',
  colorNeutralStroke1: '#d6cfc4',
  colorNeutralStroke1Hover: '#c3bbae',
  colorNeutralStroke2: '#e5dfd5',
  colorNeutralStroke3: '#efeae2',
  colorNeutralStrokeAccessible: '#767068',
  colorNeutralStrokeAccessibleHover: '#5d5850',
  colorNeutralStencil1: '#ebe6de',
  colorNeutralStencil2: '#f6f3ee',
};

const dark: Theme & ParleyTokens = {
  ...createDarkTheme(teal),
  ...shape,
  ...darkTokens,
  colorNeutralForeground1: '#eef2f0',
  colorNeutralForeground1Hover: '#ffffff',
  colorNeutralForeground1Pressed: '#ffffff',
  colorNeutralForeground2: '#cdd5d2',
  colorNeutralForeground3: '#a5b0ac',
  colorNeutralForeground4: '#97a39f',
  colorNeutralBackground1: '#1b2426',
  colorNeutralBackground1Hover: '#253134',
  colorNeutralBackground1Pressed: '#161d1f',
  colorNeutralBackground1Selected: '#2a373a',
  colorNeutralBackground2: '#172022',
  colorNeutralBackground3: '#12191b',
  colorNeutralBackground4: '#0f1517',
  colorNeutralBackground5: '#0c1113',
  colorNeutralBackground6: '#2a3639',
  colorSubtleBackgroundHover: '#253134',
  colorSubtleBackgroundPressed: '#1d2729',
  colorSubtleBackgroundSelected: '#283538',
  colorNeutralStroke1: '#3c4a4d',
  colorNeutralStroke1Hover: '#4c5c60',
  colorNeutralStroke2: '#2b373a',
  colorNeutralStroke3: '#243033',
  colorNeutralStrokeAccessible: '#8b9a96',
  colorNeutralStrokeAccessibleHover: '#a8b5b1',
  colorNeutralStencil1: '#2a3639',
  colorNeutralStencil2: '#222d30',
  colorBrandForegroundLink: teal[120],
  colorBrandForeground1: teal[120],
  colorBrandBackground: teal[80],
  colorBrandBackgroundHover: teal[70],
  colorBrandBackgroundPressed: teal[60],
};

const contrast: Theme & ParleyTokens = { ...teamsHighContrastTheme, ...shape, ...contrastTokens };

export const themes: Readonly<Record<Look, Theme & ParleyTokens>> = { light, dark, contrast };
