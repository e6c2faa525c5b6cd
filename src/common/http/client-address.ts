import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** A sender whose address is not known: its connection has ended, or a proxy named something else. */
const UNKNOWN = 'unknown';
/** The part of an IPv6 address that its owner cannot choose, in groups of 16 bits. */
const NETWORK_GROUPS = 4;

/** The address of a client in its one form: an IPv4 address written as one of IPv6 is the IPv4 address. */
export function clientAddress(ip: string | undefined): string {
  return ip === undefined || isIP(ip) === 0 ? UNKNOWN : ipaddr.process(ip).toString();
}

/** What identifies a client: its IPv4 address, or the /64 network of its IPv6 address, because a provider gives each customer a whole one. */
export function clientNetwork(client: string): string {
  if (isIP(client) !== 6) return client;
  const groups = ipaddr.IPv6.parse(client).parts.slice(0, NETWORK_GROUPS);
  return `${groups.map((group) => group.toString(16)).join(':')}::/64`;
}
