// Which settings hold for a person, and why: the person's own, the department's, everybody's, the built-in ones. Pure.
import {
  DEFAULTS,
  type Effective,
  type Origin,
  type Scope,
  type Settings,
  settingNames,
} from '../contract.ts';

export function scopeKey(scope: Scope): string {
  return scope.kind === 'global' ? 'global' : `${scope.kind} ${scope.value}`;
}

export interface Subject {
  readonly userId: string;
  readonly department: string;
}

/** From the narrowest to the widest. */
export function scopesOf({ userId, department }: Subject): Scope[] {
  return [
    { kind: 'user', value: userId },
    ...(department === '' ? [] : [{ kind: 'department' as const, value: department }]),
    { kind: 'global' },
  ];
}

export function effectiveFor(
  settingsOf: (scope: Scope) => Partial<Settings> | undefined,
  subject: Subject,
): Effective {
  const found = scopesOf(subject).map((scope) => ({ kind: scope.kind, settings: settingsOf(scope) }));
  const origins: Record<string, Origin> = {};
  const settings: Record<string, unknown> = {};
  for (const name of settingNames) {
    const decides = found.find((scope) => scope.settings?.[name] !== undefined);
    origins[name] = decides?.kind ?? 'default';
    settings[name] = decides?.settings?.[name] ?? DEFAULTS[name];
  }
  return { settings: settings as Settings, origins, department: subject.department };
}
