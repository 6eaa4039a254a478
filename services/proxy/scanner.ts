// Tools that search the Internet for SIP servers to break into say so themselves. They get no answer, so that they move on.

const SCANNERS = [
  'friendly-scanner',
  'friendly-request',
  'sipvicious',
  'sundayddr',
  'sip-scan',
  'pplsip',
  'sivus',
  'iwar',
];

export function isScanner(userAgent: string | undefined): boolean {
  if (userAgent === undefined) return false;
  const name = userAgent.slice(0, 200).toLowerCase();
  return SCANNERS.some((scanner) => name.includes(scanner));
}
