// Where certificates come from: a small authority of our own until the administrator gives one, or his files. Used by
// the host for https and sips.
import { createPrivateKey, generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import type { Fault } from '../bus/contract.ts';
import type { Log } from '../observe/log.ts';
import type { Clock, UnixMs } from './clock.ts';
import { systemClock } from './clock-system.ts';
import { ipv6Groups } from './net-address.ts';
import { NetError } from './net-error.ts';
import { type TlsMaterial, type TlsSource, tlsSource } from './tls-material.ts';

export interface Certificates extends TlsMaterial {
  readonly notAfter: UnixMs;
  /** To be shown to the administrator; the certificate works nevertheless. */
  readonly warnings: readonly Fault[];
}

export interface ObtainOptions {
  /** Kept from one start to the next; the keys in it can be read by this user only. */
  readonly folder: string;
  /** Names and addresses beside localhost, 127.0.0.1 and ::1. */
  readonly hostNames: readonly string[];
  readonly clock: Clock;
}

const dayMs = 24 * 60 * 60 * 1000;
const authorityDays = 3650;
/** The most that browsers accept. */
const serverDays = 397;
const renewDays = 30;
/** So that a client whose clock is a little late accepts it too. */
const backdatedMs = 60 * 60 * 1000;
const recheckMs = dayMs / 2;
const localNames = ['localhost', '127.0.0.1', '::1'];

interface Pair {
  readonly certificate: X509Certificate;
  readonly key: KeyObject;
}

/**
 * The server certificate of our own authority, made when there is none that fits: at the first start, 30 days before it
 * expires, when the host names change. The authority stays, so that who trusts it need not be asked again.
 * @throws {NetError} `NET_TLS_UNREADABLE` when the folder cannot be used.
 */
export async function obtainCertificates({ folder, hostNames, clock }: ObtainOptions): Promise<Certificates> {
  const now = clock.wallNow();
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const authority = (await keptAuthority(folder, now)) ?? (await makeAuthority(folder, now));
    const names = [...new Set([...localNames, ...hostNames.map((name) => name.toLowerCase())])];
    const server =
      (await keptServer(folder, authority, names, now)) ?? (await makeServer(folder, authority, names, now));
    return {
      certPem: server.certificate.toString(),
      keyPem: pemOf(server.key),
      caPem: authority.certificate.toString(),
      notAfter: server.certificate.validToDate.getTime(),
      warnings: [],
    };
  } catch (cause) {
    throw new NetError(
      'NET_TLS_UNREADABLE',
      `Certificates cannot be kept in ${folder} (${(cause as NodeJS.ErrnoException).code ?? String(cause)}).`,
      'Let the user that runs Parley own this folder and everything in it.',
      cause,
    );
  }
}

/**
 * Reads the administrator's own certificate.
 * @throws {NetError} `NET_TLS_UNREADABLE`, `NET_TLS_KEY_MISMATCH`. An expired one is a warning, `NET_TLS_EXPIRED`.
 */
export async function loadCertificates(files: {
  readonly certFile: string;
  readonly keyFile: string;
  readonly clock?: Clock;
}): Promise<Certificates> {
  const { certFile, keyFile, clock = systemClock } = files;
  const certPem = await readGiven(certFile, 'tls.cert');
  const keyPem = await readGiven(keyFile, 'tls.key');
  const certificate = understood(certFile, certPem, () => new X509Certificate(certPem));
  const key = understood(keyFile, keyPem, () => createPrivateKey(keyPem));
  if (!certificate.checkPrivateKey(key)) {
    throw new NetError(
      'NET_TLS_KEY_MISMATCH',
      `The key in ${keyFile} does not belong to the certificate in ${certFile}.`,
      'Set tls.cert and tls.key in parley.yaml to files that were issued together.',
    );
  }
  const notAfter = certificate.validToDate.getTime();
  const expired: Fault = {
    code: 'NET_TLS_EXPIRED',
    sentence: `The certificate in ${certFile} expired on ${new Date(notAfter).toISOString().slice(0, 10)}.`,
    remedy: 'Browsers and phones will refuse it: have it renewed and replace the file.',
  };
  return { certPem, keyPem, notAfter, warnings: notAfter <= clock.wallNow() ? [expired] : [] };
}

/**
 * The same with the authorities of other SIP servers, read again each time.
 * @throws {NetError} `NET_TLS_UNREADABLE`.
 */
export async function withPeerAuthorities(
  certificates: Promise<Certificates>,
  file: string | undefined,
): Promise<Certificates> {
  const held = await certificates;
  if (file === undefined) return held;
  const peerCaPem = await readGiven(file, 'tls.peerCa');
  try {
    new X509Certificate(peerCaPem);
  } catch (cause) {
    throw new NetError(
      'NET_TLS_UNREADABLE',
      `The file ${file} cannot be understood.`,
      'tls.peerCa has to be PEM: the certificates of the authorities that you trust for peers.',
      cause,
    );
  }
  return { ...held, peerCaPem };
}

/** Looks twice a day whether there is a newer certificate, and hands it to the listeners. Disposing stops looking. */
export async function keepCertificates(options: {
  readonly obtain: () => Promise<Certificates>;
  readonly clock: Clock;
  readonly log: Log;
}): Promise<TlsSource & { readonly warnings: readonly Fault[] } & Disposable> {
  const { obtain, clock, log } = options;
  let held = await obtain();
  const source = tlsSource(held);
  let timer: Disposable | undefined;
  let isDisposed = false;

  function sleep(): void {
    if (!isDisposed) timer = clock.after(recheckMs, () => void look());
  }

  async function look(): Promise<void> {
    try {
      const found = await obtain();
      if (isDisposed) return;
      for (const { code, sentence } of found.warnings) log.warn({ code }, sentence);
      if (found.certPem !== held.certPem || found.peerCaPem !== held.peerCaPem) {
        held = found;
        source.replace(found);
        log.info({ notAfter: new Date(found.notAfter).toISOString() }, 'The TLS certificate was replaced.');
      }
    } catch (error) {
      log.error({ error }, 'The TLS certificate could not be renewed; the present one stays.');
    }
    sleep();
  }

  sleep();
  return {
    get current() {
      return source.current;
    },
    get warnings() {
      return held.warnings;
    },
    onChange: (listener) => source.onChange(listener),
    [Symbol.dispose]() {
      isDisposed = true;
      timer?.[Symbol.dispose]();
    },
  };
}

async function keptAuthority(folder: string, now: UnixMs): Promise<Pair | undefined> {
  const kept = await readPair(folder, 'ca');
  // It outlives every certificate that it signs.
  const isFresh = kept !== undefined && kept.certificate.validToDate.getTime() > now + serverDays * dayMs;
  return isFresh && kept.certificate.ca ? kept : undefined;
}

async function makeAuthority(folder: string, now: UnixMs): Promise<Pair> {
  const { publicKey, privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  // A client that trusts two of our authorities must be able to tell them apart.
  const commonName = `Parley local authority ${new Date(now).toISOString().slice(0, 10)}`;
  const validity = validFor(authorityDays, now);
  const { signCertificate } = await import('./certificate-signing.ts');
  const certificate = await signCertificate({ commonName, publicKey, ...validity, issuer: { key } });
  await writePair(folder, 'ca', { certificate, key });
  return { certificate, key };
}

async function keptServer(
  folder: string,
  authority: Pair,
  names: readonly string[],
  now: UnixMs,
): Promise<Pair | undefined> {
  const kept = await readPair(folder, 'server');
  if (kept === undefined) return undefined;
  const { certificate } = kept;
  const isOurs =
    certificate.checkIssued(authority.certificate) && certificate.verify(authority.certificate.publicKey);
  const isFresh =
    certificate.validToDate.getTime() > now + renewDays * dayMs && certificate.validFromDate.getTime() <= now;
  return isOurs && isFresh && namesOf(certificate) === spelled(names) ? kept : undefined;
}

async function makeServer(
  folder: string,
  authority: Pair,
  subjectAltNames: readonly string[],
  now: UnixMs,
): Promise<Pair> {
  const { publicKey, privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const commonName = (subjectAltNames.find((name) => !localNames.includes(name)) ?? 'localhost').slice(0, 64);
  const validity = validFor(serverDays, now);
  const { signCertificate } = await import('./certificate-signing.ts');
  const certificate = await signCertificate({
    commonName,
    publicKey,
    ...validity,
    subjectAltNames,
    issuer: authority,
  });
  await writePair(folder, 'server', { certificate, key });
  return { certificate, key };
}

function validFor(days: number, now: UnixMs): { notBefore: Date; notAfter: Date } {
  const from = now - backdatedMs;
  return { notBefore: new Date(from), notAfter: new Date(from + days * dayMs - 1000) };
}

/** Host names and addresses in one spelling, to compare. */
function spelled(names: readonly string[]): string {
  return names
    .map((name) => (isIP(name) === 6 ? ipv6Groups(name).join(':') : name))
    .sort()
    .join(' ');
}

function namesOf(certificate: X509Certificate): string {
  const names = certificate.subjectAltName?.split(', ') ?? [];
  return spelled(names.map((name) => name.replace(/^(DNS|IP Address):/, '').toLowerCase()));
}

type PairName = 'ca' | 'server';
const certFileOf = (folder: string, name: PairName) => join(folder, `${name}-cert.pem`);
const keyFileOf = (folder: string, name: PairName) => join(folder, `${name}-key.pem`);

/** Undefined when there is none, or one that cannot be used: then it is made anew. */
async function readPair(folder: string, name: PairName): Promise<Pair | undefined> {
  try {
    const certificate = new X509Certificate(await readFile(certFileOf(folder, name)));
    const key = createPrivateKey(await readFile(keyFileOf(folder, name)));
    return certificate.checkPrivateKey(key) ? { certificate, key } : undefined;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    // A file that is there and may not be read is the administrator's affair: making a new authority would not help.
    if (code === 'EACCES' || code === 'EISDIR' || code === 'EIO') throw error;
    return undefined;
  }
}

async function writePair(folder: string, name: PairName, { certificate, key }: Pair): Promise<void> {
  await writeWhole(keyFileOf(folder, name), pemOf(key), 0o600);
  await writeWhole(certFileOf(folder, name), certificate.toString(), 0o644);
}

/** The file is the old one or the new one, whenever the power fails. */
async function writeWhole(path: string, text: string, mode: number): Promise<void> {
  const draft = `${path}.new`;
  await using file = await open(draft, 'w', mode);
  await file.chmod(mode);
  await file.writeFile(text);
  await file.sync();
  await rename(draft, path);
}

function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }) as string;
}

async function readGiven(file: string, setting: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new NetError(
      'NET_TLS_UNREADABLE',
      `The file ${file} cannot be read (${(cause as NodeJS.ErrnoException).code ?? String(cause)}).`,
      `Check ${setting} in parley.yaml, and that the user that runs Parley may read the file.`,
      cause,
    );
  }
}

function understood<T>(file: string, pem: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const isLocked = /^(-----BEGIN ENCRYPTED|Proc-Type: 4,ENCRYPTED)/m.test(pem);
    throw new NetError(
      'NET_TLS_UNREADABLE',
      isLocked ? `The key in ${file} is locked with a password.` : `The file ${file} cannot be understood.`,
      isLocked
        ? 'Save the key without a password, readable only by the user that runs Parley.'
        : 'It has to be PEM: the certificate chain in tls.cert, the private key in tls.key.',
      cause,
    );
  }
}
