import { isIP, isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Hosts, as `host` or `host:port`, which may be called in a private network and without TLS. IPv6 addresses stand in brackets. */
export type HostList = ReadonlySet<string>;

const FORM =
  'hosts separated by commas, each with or without a port, such as erp.internal or 10.0.0.5:8069, and without http://';
const HOST = /^(?:[a-z0-9_.-]+|\[[0-9a-f:.]+\])$/i;
const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };
/** Everything else is not assigned, or leads nowhere on the Internet. */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');
/** Behind it stands an IPv4 address, in the last 32 bits (RFC 6052). */
const NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');

/** @throws Error whose message completes "NAME must be ..." */
export function parseHosts(text: string): HostList {
  return new Set(text.split(',').map((part) => hostEntry(part.trim())));
}

function hostEntry(entry: string): string {
  const [, host = '', port] = isIPv6(entry) ? [entry, `[${entry}]`] : (/^(.*?)(?::(\d{1,5}))?$/.exec(entry) ?? []);
  if (!HOST.test(host) || !URL.canParse(`http://${host}`) || Number(port ?? 1) > 65_535) throw new Error(FORM);
  const { hostname } = new URL(`http://${host}`);
  return port === undefined ? hostname : `${hostname}:${Number(port)}`;
}

/** The host and the port that an address leads to, as a list of hosts has them. */
export function targetOf(address: string): string {
  const { protocol, hostname, port } = new URL(address);
  return `${hostname}:${port || (DEFAULT_PORTS[protocol] ?? '')}`;
}

/** Whether the list names a host, or this port of it. @param host a name or an IP address, without brackets */
export function isNamed(hosts: HostList, host: string, port: string | number): boolean {
  const name = isIPv6(host) ? new URL(`http://[${host.replace(/%.*/, '')}]`).hostname : host.toLowerCase();
  return hosts.has(name) || hosts.has(`${name}:${port}`);
}

/** Whether an IP address is not one of the public Internet: private, loopback, link-local, multicast, reserved, or no address at all. */
export function isPrivateAddress(text: string): boolean {
  if (isIP(text) === 0) return true;
  const address = ipaddr.process(text);
  if (address instanceof ipaddr.IPv4) return address.range() !== 'unicast';
  if (address.match(NAT64)) return isPrivateAddress(address.toByteArray().slice(-4).join('.'));
  return address.range() !== 'unicast' || !address.match(GLOBAL_IPV6);
}

/** Why production does not use an address; null: it may. The text follows the name of the setting. */
export function plainHttpProblem(address: string, hosts: HostList): string | null {
  const { protocol } = new URL(address);
  return protocol !== 'http:' || isListed(address, hosts)
    ? null
    : 'must begin with https:// in production; for a host of your own network that has no TLS, name it in ALLOWED_PRIVATE_HOSTS';
}

/** As `plainHttpProblem`, for an address that a caller of the API gives. A name is looked up when it is called. */
export function privateHostProblem(address: string, hosts: HostList): string | null {
  const { hostname } = new URL(address);
  const host = hostname.replace(/^\[|\]$/g, '');
  return isIP(host) === 0 || !isPrivateAddress(host) || isListed(address, hosts)
    ? null
    : 'must not lead into a private network in production, unless ALLOWED_PRIVATE_HOSTS names its host';
}

function isListed(address: string, hosts: HostList): boolean {
  return hosts.has(new URL(address).hostname) || hosts.has(targetOf(address));
}
