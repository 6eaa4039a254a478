// The certificate and key that TLS listeners show, given once or by a source that can replace them while they run.
// Made by certificates.ts; used by tls.ts and the web listener.

export interface TlsMaterial {
  /** The chain, ours first. */
  readonly certPem: string;
  readonly keyPem: string;
  /** The authority that signed it, trusted beside the system's when we are the client. */
  readonly caPem?: string;
  /** Authorities that sign the certificates of other SIP servers; with it `sips` asks who connects for one. */
  readonly peerCaPem?: string;
}

export interface TlsSource {
  readonly current: TlsMaterial;
  /** Told after `current` has changed. */
  onChange(listener: (material: TlsMaterial) => void): Disposable;
}

/** A source whose owner calls `replace`, for example after a renewal. Connections that live keep their certificate. */
export interface ReplaceableTlsSource extends TlsSource {
  replace(material: TlsMaterial): void;
}

export function tlsSource(initial: TlsMaterial): ReplaceableTlsSource {
  let current = initial;
  const listeners = new Set<(material: TlsMaterial) => void>();
  return {
    get current() {
      return current;
    },
    onChange(listener) {
      // One function may be registered twice and each registration ends by itself.
      const own = (material: TlsMaterial) => listener(material);
      listeners.add(own);
      return { [Symbol.dispose]: () => void listeners.delete(own) };
    },
    replace(material) {
      current = material;
      for (const listener of listeners) listener(material);
    },
  };
}
