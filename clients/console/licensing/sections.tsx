// The licence pages: one line each says where it is, who may open it and what loads it. A page that is added here has its
// route and its place in the navigation.
import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import type { LicenceRole } from './licensing-api.ts';

type Page = LazyExoticComponent<ComponentType>;

export interface LicenceSection {
  /** Below /licensing; its text is `licenceNav.<name>`. */
  readonly name:
    | 'dashboard'
    | 'stock'
    | 'assignments'
    | 'evidence'
    | 'optimiser'
    | 'trueUp'
    | 'servers'
    | 'quote'
    | 'transition'
    | 'rules'
    | 'files'
    | 'audit'
    | 'settings';
  readonly path: string;
  readonly roles: readonly LicenceRole[];
  readonly page: Page;
}

const everyone = ['manager', 'auditor', 'help-desk', 'seller'] as const;
const readers = ['manager', 'auditor'] as const;

export const licenceSections: readonly LicenceSection[] = [
  {
    name: 'dashboard',
    path: '/',
    roles: everyone,
    page: lazy(() => import('./dashboard/dashboard-page.tsx')),
  },
  {
    name: 'stock',
    path: '/stock',
    roles: ['manager', 'auditor', 'seller'],
    page: lazy(() => import('./stock/stock-page.tsx')),
  },
  {
    name: 'assignments',
    path: '/assignments',
    roles: ['manager', 'auditor', 'help-desk'],
    page: lazy(() => import('./assignments/assignments-page.tsx')),
  },
  {
    name: 'evidence',
    path: '/evidence',
    roles: readers,
    page: lazy(() => import('./evidence/evidence-page.tsx')),
  },
  {
    name: 'optimiser',
    path: '/optimiser',
    roles: readers,
    page: lazy(() => import('./optimiser/optimiser-page.tsx')),
  },
  {
    name: 'trueUp',
    path: '/true-up',
    roles: ['manager', 'auditor', 'seller'],
    page: lazy(() => import('./true-up/true-up-page.tsx')),
  },
  {
    name: 'servers',
    path: '/servers',
    roles: ['manager', 'auditor', 'seller'],
    page: lazy(() => import('./servers/servers-page.tsx')),
  },
  { name: 'quote', path: '/quote', roles: everyone, page: lazy(() => import('./quote/quote-page.tsx')) },
  {
    name: 'transition',
    path: '/transition',
    roles: everyone,
    page: lazy(() => import('./transition/transition-page.tsx')),
  },
  { name: 'rules', path: '/rules', roles: everyone, page: lazy(() => import('./rules/rules-page.tsx')) },
  { name: 'files', path: '/files', roles: readers, page: lazy(() => import('./files/files-page.tsx')) },
  { name: 'audit', path: '/audit', roles: readers, page: lazy(() => import('./audit/audit-page.tsx')) },
  {
    name: 'settings',
    path: '/settings',
    roles: readers,
    page: lazy(() => import('./settings/settings-page.tsx')),
  },
];

/** Where a section is, as a link names it. */
export function sectionAddress({ path }: LicenceSection): string {
  return path === '/' ? '/licensing' : `/licensing${path}`;
}
