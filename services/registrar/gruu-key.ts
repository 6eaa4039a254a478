// The key of temporary GRUUs, asked of authentication: the same for every front end. Used by the registrar and the proxy.
import type { ServiceContext } from '@parley/platform/host';
import { nonceKey } from '../authentication/contract.ts';
import { TemporaryGruus } from './gruu.ts';

/** @returns what gives them, undefined until the key is here; each question asks for it again. */
export function askTemporaryGruus({
  bus,
  log,
}: Pick<ServiceContext, 'bus' | 'log'>): () => TemporaryGruus | undefined {
  let gruus: TemporaryGruus | undefined;
  let isAsking = false;

  function ask(): void {
    if (gruus !== undefined || isAsking) return;
    isAsking = true;
    bus
      .call(nonceKey, {})
      .then((reply) => {
        if (reply.ok) gruus = new TemporaryGruus(reply.value.key);
      })
      .catch((error) => log.debug({ error }, 'the key of temporary GRUUs is asked for again'))
      .finally(() => {
        isAsking = false;
      });
  }

  ask();
  return () => {
    ask();
    return gruus;
  };
}
