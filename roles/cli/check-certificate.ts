// What `parley doctor` finds about the certificate of https and sips.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '@parley/platform/host';
import { type Finding, fail, ok, warn } from './check.ts';

const NAME = 'certificate';
const DAY_MS = 86_400_000;
const SOON_DAYS = 21;

export async function checkCertificate(config: Config): Promise<Finding> {
  const { cert, key } = config.tls;
  if (config.listen.https.port === null && config.listen.sips.port === null)
    return ok(NAME, 'Not needed: TLS is off.');
  if (cert === undefined || key === undefined) return await ownCertificate(config.data);
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(await readFile(cert));
  } catch (error) {
    return fail(
      NAME,
      `${cert} cannot be read: ${reason(error)}.`,
      'Set tls.cert to a PEM file that this user may read.',
    );
  }
  try {
    if (!certificate.checkPrivateKey(createPrivateKey(await readFile(key)))) {
      return fail(
        NAME,
        `${key} is not the key of ${cert}.`,
        'Set tls.key to the key that the certificate was made with.',
      );
    }
  } catch (error) {
    return fail(
      NAME,
      `${key} cannot be read: ${reason(error)}.`,
      'Set tls.key to a PEM file that this user may read.',
    );
  }
  return validity(certificate, config.hostName, Date.now());
}

/** The one that Parley makes and renews. */
async function ownCertificate(data: string): Promise<Finding> {
  const trust = 'browsers trust it once its authority is installed';
  try {
    const { validTo } = new X509Certificate(await readFile(join(data, 'tls', 'server-cert.pem')));
    return ok(
      NAME,
      `Made by Parley, until ${new Date(validTo).toISOString().slice(0, 10)}, then renewed; ${trust}.`,
    );
  } catch {
    return ok(NAME, `Parley makes its own at the first start; ${trust}.`);
  }
}

export function validity(certificate: X509Certificate, hostName: string, now: number): Finding {
  const until = new Date(certificate.validTo);
  const shown = until.toISOString().slice(0, 10);
  const renew = 'Get a new certificate and restart Parley.';
  if (now < new Date(certificate.validFrom).getTime()) {
    return fail(
      NAME,
      `The certificate is not valid yet.`,
      'Check the clock of this machine, or use another certificate.',
    );
  }
  if (now > until.getTime()) return fail(NAME, `The certificate expired on ${shown}.`, renew);
  if (certificate.checkHost(hostName) === undefined) {
    const remedy = 'Set hostName to a name of the certificate, or get one for this name.';
    return warn(NAME, `The certificate is not for ${hostName}.`, remedy);
  }
  if (until.getTime() - now < SOON_DAYS * DAY_MS)
    return warn(NAME, `The certificate expires on ${shown}.`, renew);
  return ok(NAME, `For ${hostName}, until ${shown}.`);
}

function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' ? 'there is no such file' : (code ?? message);
}
