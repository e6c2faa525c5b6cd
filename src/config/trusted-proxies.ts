import { isIP } from 'node:net';

const FORM =
  'IP addresses or networks separated by commas, such as 10.0.0.2,10.1.0.0/16, and never a network of all addresses';
const BITS: Readonly<Record<number, number>> = { 4: 32, 6: 128 };

/** @throws Error whose message completes "NAME must be ..." */
export function parseTrustedProxies(text: string): readonly string[] {
  const entries = text.split(',').map((entry) => entry.trim());
  if (!entries.every(isAddressOrNetwork)) throw new Error(FORM);
  return entries;
}

function isAddressOrNetwork(entry: string): boolean {
  const [, address = '', , bits] = /^([^/]*)(\/(\d{1,3}))?$/.exec(entry) ?? [];
  const most = BITS[isIP(address)];
  if (most === undefined) return false;
  return bits === undefined || (Number(bits) > 0 && Number(bits) <= most);
}
