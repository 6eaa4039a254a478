// A call in pictures, for screenshots.ts: it rings, the two talk beside their chat, and where calls go by rules.
import type { CallPage } from '../cast/call-page.ts';
import type { WebUser } from '../cast/web-user.ts';
import type { Take } from './screenshot-scenes.ts';

/** Browsers that have a microphone and a camera without asking anybody. */
export const FAKE_DEVICES = ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream'];

/** @param other somebody's page elsewhere, who calls. */
export async function callScene(desk: CallPage, other: CallPage, take: Take): Promise<void> {
  await other.calls('Alice Archer');
  await desk.toast('Bob Baker').waitFor();
  await take('call-rings');
  await desk.answers('Bob Baker');
  await desk.talksTo('Bob Baker');
  await desk.log.getByRole('article').last().waitFor();
  await take('call');
  await other.presses('Hang up');
  await desk.panel('Bob Baker').waitFor({ state: 'detached' });
}

/** Settings → Calls of somebody whose mobile rings as well. */
export async function callRulesScene(desk: CallPage, alice: WebUser, take: Take): Promise<void> {
  const { rules, version } = await alice.command('callRules.get', {});
  const mobile = { kind: 'number', number: '+447700900101' } as const;
  const colleague = { kind: 'user', userId: await userIdOf(alice, 'Bob Baker') } as const;
  await alice.command('callRules.put', {
    version,
    rules: {
      ...rules,
      ringAlso: [{ target: mobile, delayS: 10 }],
      unanswered: { afterS: 25, to: colleague },
      onlyInWorkingHours: true,
    },
  });
  await desk.opensSettings('Calls');
  const dialog = desk.page.getByRole('dialog', { name: desk.say('Settings'), exact: true });
  await dialog.getByText(mobile.number, { exact: false }).first().waitFor();
  await take('call-rules');
}

async function userIdOf(user: WebUser, name: string): Promise<string> {
  const found = await user.command('people.search', { query: name, limit: 1 });
  const [first] = found.users;
  if (first === undefined) throw new Error(`nobody is called ${name}`);
  return first.userId;
}
