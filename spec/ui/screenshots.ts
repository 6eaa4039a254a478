// `node spec/ui/screenshots.ts`: starts the demo organisation and takes the pictures of docs/screenshots: each page in
// light, dark, from right to left (in the pseudo-locale), and 320 px wide; then the moments of screenshot-scenes.ts.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ManualState } from '@parley/services/presence/contract';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { CallPage } from '../cast/call-page.ts';
import { Chromium } from '../cast/chromium.ts';
import { CommunicatorPage } from '../cast/communicator-page.ts';
import { ConsolePage } from '../cast/console-page.ts';
import { LicenceConsolePage } from '../cast/licence-console-page.ts';
import { atRest, picturesShown } from '../cast/looking.ts';
import { WebUser } from '../cast/web-user.ts';
import { type Language, wordsOf } from '../cast/words.ts';
import { callRulesScene, callScene, FAKE_DEVICES } from './call-scenes.ts';
import { dayScenes, groupScene, policyScene, type SignIn, type Take } from './screenshot-scenes.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const FOLDER = join(ROOT, 'docs', 'screenshots');
const DOMAIN = 'parley.example';
const PASSWORD = 'parley-demo';

/** Who else is at work, so that the list looks lived in. */
const COLLEAGUES: Readonly<Record<string, ManualState>> = {
  bob: 'available',
  carol: 'busy',
  dave: 'away',
  'zoe.abrahams': 'available',
  'lukasz.wisniewski': 'available',
  'ayse.yildirim': 'doNotDisturb',
  'chiara.esposito': 'beRightBack',
  'grace.okafor': 'available',
  'priya.raman': 'busy',
  'muge.sahin': 'available',
  'victoria.sorensen': 'doNotDisturb',
};

const WIDE = { viewport: { width: 1280, height: 800 } };
/** So much of the page stays around a part of it, in pixels. */
const MARGIN = 16;
/** It is afternoon in the pictures, whenever they are taken. */
const HOUR = 15;
const VARIANTS = {
  light: { ...WIDE, language: 'en', colorScheme: 'light' },
  dark: { ...WIDE, language: 'en', colorScheme: 'dark' },
  rtl: { ...WIDE, language: 'qps-plocm', colorScheme: 'light' },
  320: { viewport: { width: 320, height: 640 }, deviceScaleFactor: 2, language: 'en', colorScheme: 'light' },
} as const satisfies Record<string, BrowserContextOptions & { readonly language: Language }>;

async function walk(page: Page, language: Language, isFirst: boolean, take: Take): Promise<void> {
  const say = wordsOf(language);
  const desk = new CommunicatorPage(page, say);
  await page.addInitScript(`localStorage.setItem('parley.language', '${language}')`);
  await page.goto('/');
  await desk.passwordBox.waitFor();
  await take('sign-in');

  await desk.fillSignIn(`alice@${DOMAIN}`, PASSWORD);
  await desk.stateButton.waitFor();
  // Favourites stand in two sections.
  for (const [name, state] of [
    ['Bob Baker', 'Available'],
    ['Carol Costa', 'Busy'],
  ] as const)
    await desk.contact(name).getByText(say(state), { exact: true }).first().waitFor();
  await take('contact-list');

  await desk.opens('Bob Baker');
  await desk.log.getByRole('article').last().waitFor();
  await take('conversation');

  await page.goto('/console/');
  await new ConsolePage(page, say).row('Bob Baker').waitFor();
  await take('console');

  const licences = LicenceConsolePage.at(page, say);
  await page.goto('/console/licensing');
  await licences.isAtPage('Licence dashboard');
  await page.getByRole('row').nth(1).waitFor();
  await take('licences');

  await page.goto('/console/licensing/optimiser');
  // One run is enough: the other windows show it, too.
  if (isFirst) await page.getByRole('button', { name: say('Start'), exact: true }).click();
  await page.getByRole('heading', { name: say('Before and after') }).waitFor();
  await take('optimiser');
}

async function main(): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  const data = await mkdtemp(join(tmpdir(), 'parley-demo-'));
  // PostgreSQL's own user has to get through when this runs as root.
  await chmod(data, 0o755);
  try {
    const server = await startDemo(data);
    try {
      await takePictures(server.origin);
    } finally {
      server.child.kill('SIGTERM');
      await once(server.child, 'exit');
    }
  } finally {
    for (const folder of [data, `${data}-demo`]) await rm(folder, { recursive: true, force: true });
  }
}

async function startDemo(data: string): Promise<{ child: ChildProcess; origin: string }> {
  const any = { address: '127.0.0.1', port: 0 };
  const listen = {
    http: any,
    https: { port: null },
    sip: any,
    sips: { port: null },
    turn: { port: null },
    turns: { port: null },
    admin: any,
  };
  const settings = {
    domain: DOMAIN,
    data,
    listen,
    media: { port: 0 },
    log: { level: 'error' },
    calendar: { allowPrivate: true },
    // Nobody here wishes mail: nothing is sent.
    mail: { smtp: { host: '127.0.0.1', port: 9, security: 'none' } },
  };
  const file = join(data, 'parley.json');
  await writeFile(file, JSON.stringify(settings));
  const program = join(ROOT, 'roles', 'bin', 'parley.mjs');
  const child = spawn(process.execPath, [program, 'start', '--demo', '--json', '--config', file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  for await (const chunk of child.stdout) {
    output += String(chunk);
    if (output.includes('"ready"'))
      return { child, origin: (JSON.parse(output) as { address: string }).address };
  }
  throw new Error('the demo did not start');
}

function afternoon(): string {
  const east = ((HOUR - new Date().getUTCHours() + 36) % 24) - 12;
  // The names of these zones count westwards.
  return east === 0 ? 'Etc/GMT' : `Etc/GMT${east > 0 ? '-' : '+'}${Math.abs(east)}`;
}

async function takePictures(origin: string): Promise<void> {
  const signIn: SignIn = (local) => WebUser.signIn(origin, `${local}@${DOMAIN}`, PASSWORD);
  const atWork: WebUser[] = [];
  for (const [local, state] of Object.entries(COLLEAGUES)) {
    const colleague = await signIn(local);
    await colleague.command('presence.setState', { state });
    atWork.push(colleague);
  }
  const person = (local: string) => ({ address: `${local}@${DOMAIN}`, password: PASSWORD });
  await using chromium = await Chromium.start(FAKE_DEVICES);
  for (const [nth, [variant, { language, ...options }]] of Object.entries(VARIANTS).entries()) {
    await inWindow(options, variant, async (page, take) => {
      await walk(page, language, nth === 0, take);
      if (language === 'en') await groupScene(await home(page), take);
    });
  }
  const { language: _, ...light } = VARIANTS.light;
  await inWindow(light, 'light', async (page, take) => {
    const desk = await CommunicatorPage.signIn(page, person('alice'));
    await dayScenes(desk, signIn, take);
    await policyScene(desk, signIn, take);
  });
  const bob = await CallPage.signIn((await chromium.watchedWindow(origin, WIDE)).page, person('bob'));
  for (const variant of ['light', 'dark', '320'] as const) {
    const { language: _, ...options } = VARIANTS[variant];
    await inWindow(options, variant, async (page, take) => {
      const desk = await CallPage.signIn(page, person('alice'));
      await callScene(desk, bob, take);
      await using alice = await signIn('alice');
      if (variant === 'light') await callRulesScene(desk, alice, take);
    });
  }
  for (const colleague of atWork) await colleague[Symbol.asyncDispose]();

  async function inWindow(
    options: BrowserContextOptions,
    variant: string,
    work: (page: Page, take: Take) => Promise<void>,
  ): Promise<void> {
    const { page, faults } = await chromium.watchedWindow(origin, { ...options, timezoneId: afternoon() });
    await work(page, taker(page, variant));
    for (const fault of faults) process.stderr.write(`${variant}: ${fault}\n`);
    await page.context().close();
  }
}

async function home(page: Page): Promise<CommunicatorPage> {
  await page.goto('/');
  return new CommunicatorPage(page);
}

function taker(page: Page, variant: string): Take {
  return async (name, part) => {
    if (part === undefined) await page.evaluate('document.activeElement?.blur()');
    await page.mouse.move(0, 0);
    await picturesShown(page);
    await atRest(page);
    const box = await part?.boundingBox();
    const clip = box && {
      x: Math.max(0, box.x - MARGIN),
      y: Math.max(0, box.y - MARGIN),
      width: box.width + 2 * MARGIN,
      height: box.height + 2 * MARGIN,
    };
    const path = join(FOLDER, `${name}-${variant}.png`);
    const bytes = await page.screenshot({ path, ...(clip ? { clip } : {}) });
    process.stdout.write(`${name}-${variant}.png  ${Math.round(bytes.length / 1000)} kB\n`);
  };
}

await main();
