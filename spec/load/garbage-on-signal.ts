// Loaded into a product whose memory is measured (`--import`): garbage would hide what is really held.
process.on('SIGUSR2', () => globalThis.gc?.());
