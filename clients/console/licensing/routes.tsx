// The routes of the licence pages; they load with the first of them.
import { type AnyRoute, createRoute } from '@tanstack/react-router';
import { lazy } from 'react';
import { licenceSections } from './sections.tsx';

/** The texts come with the frame, so that no page shows before them. */
const LicensingFrame = lazy(async () => {
  const [frame, { loadLicensingTexts }] = await Promise.all([
    import('./licensing-frame.tsx'),
    import('../../kit/i18n/licensing-texts.ts'),
  ]);
  await loadLicensingTexts();
  return frame;
});

export function licensingRoute(root: AnyRoute): AnyRoute {
  const frame = createRoute({ getParentRoute: () => root, path: '/licensing', component: LicensingFrame });
  return frame.addChildren(
    licenceSections.map(({ path, page }) =>
      createRoute({ getParentRoute: () => frame, path, component: page }),
    ),
  );
}
