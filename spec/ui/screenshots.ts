// `node spec/ui/screenshots.ts`: starts the demo organisation and takes the pictures of docs/screenshots: each page in
// light, dark, from right to left (in the pseudo-locale), and 320 px wide.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ManualState } from '@parley/services/presence/contract';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { Chromium } from '../cast/chromium.ts';
import { CommunicatorPage } from '../cast/communicator-page.ts';
import { ConsolePage } from '../cast/console-page.ts';
import { LicenceConsolePage } from '../cast/licence-console-page.ts';
import { atRest, picturesShown } from '../cast/looking.ts';
import { WebUser } from '../cast/web-user.ts';
import { type Language, wordsOf } from '../cast/words.ts';

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

const WIDE = { viewport: { width: 1200, height: 760 } };
/** It is afternoon in the pictures, whenever they are taken. */
const HOUR = 15;
const VARIANTS: Readonly<Record<string, BrowserContextOptions & { readonly language: Language }>> = {
  light: { ...WIDE, language: 'en', colorScheme: 'light' },
  dark: { ...WIDE, language: 'en', colorScheme: 'dark' },
  rtl: { ...WIDE, language: 'qps-plocm', colorScheme: 'light' },
  320: { viewport: { width: 320, height: 640 }, deviceScaleFactor: 2, language: 'en', colorScheme: 'light' },
};

type Take = (name: string) => Promise<void>;

async function walk(page: Page, language: Language, take: Take): Promise<void> {
  const say = wordsOf(language);
  const desk = new CommunicatorPage(page, say);
  await page.addInitScript(`localStorage.setItem('parley.language', '${language}')`);
  await page.goto('/');
  await desk.passwordBox.waitFor();
  await take('sign-in');

  await desk.fillSignIn(`alice@${DOMAIN}`, PASSWORD);
  await desk.sees('Bob Baker', 'Available');
  await desk.sees('Victoria Sørensen', 'Do not disturb');
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
  await page.getByRole('button', { name: say('Start'), exact: true }).click();
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
    await rm(data, { recursive: true, force: true });
  }
}

async function startDemo(data: string): Promise<{ child: ChildProcess; origin: string }> {
  const any = { address: '127.0.0.1', port: 0 };
  const listen = { http: any, https: { port: null }, sip: any, sips: { port: null }, admin: any };
  const settings = { domain: DOMAIN, data, listen, log: { level: 'error' } };
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
  const atWork: WebUser[] = [];
  for (const [local, state] of Object.entries(COLLEAGUES)) {
    const colleague = await WebUser.signIn(origin, `${local}@${DOMAIN}`, PASSWORD);
    await colleague.command('presence.setState', { state });
    atWork.push(colleague);
  }
  await using chromium = await Chromium.start();
  for (const [variant, { language, ...options }] of Object.entries(VARIANTS)) {
    const { page, faults } = await chromium.watchedWindow(origin, { ...options, timezoneId: afternoon() });
    await walk(page, language, async (name) => {
      await page.evaluate('document.activeElement?.blur()');
      await page.mouse.move(0, 0);
      await picturesShown(page);
      await atRest(page);
      const path = join(FOLDER, `${name}-${variant}.png`);
      const bytes = await page.screenshot({ path });
      process.stdout.write(`${name}-${variant}.png  ${Math.round(bytes.length / 1000)} kB\n`);
    });
    for (const fault of faults) process.stderr.write(`${variant}: ${fault}\n`);
    await page.context().close();
  }
  for (const colleague of atWork) await colleague[Symbol.asyncDispose]();
}

await main();
