// What a section of the contact list is called.
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { Section } from './contact-rows.ts';

export function useSectionName(): (section: Section) => string {
  const { t } = useTranslation();
  return useCallback(
    ({ kind, group }) => (kind === 'group' ? (group?.name ?? '') : t(`contacts.sections.${kind}`)),
    [t],
  );
}
