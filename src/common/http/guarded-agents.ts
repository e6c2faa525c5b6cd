import { lookup, type LookupAddress } from 'node:dns';
import { Agent as HttpAgent, type ClientRequestArgs } from 'node:http';
import { Agent as HttpsAgent, type RequestOptions } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { type Duplex } from 'node:stream';
import { isNamed, isPrivateAddress, type HostList } from '../../config/private-hosts.js';

/** The code of the error for an address in a private network. */
export const PRIVATE_ADDRESS = 'EPRIVATE';

type Connected = (error: Error | null, socket: Duplex) => void;
/** Whether a connection to this IP address may be made. */
type IsAllowed = (address: string) => boolean;

/** As Node's own agents. */
const OPTIONS = { keepAlive: true, scheduling: 'lifo', timeout: 5_000 } as const;

/**
 * Agents that connect to public addresses, and in private networks to the named hosts only. They check the address that they connect to, so
 * that a name cannot lead elsewhere between a check and the call.
 */
export function guardedAgents(hosts: HostList): { readonly httpAgent: HttpAgent; readonly httpsAgent: HttpsAgent } {
  return { httpAgent: new GuardedHttp(hosts), httpsAgent: new GuardedHttps(hosts) };
}

class GuardedHttp extends HttpAgent {
  constructor(private readonly hosts: HostList) {
    super(OPTIONS);
  }

  override createConnection(options: ClientRequestArgs, connected?: Connected) {
    return guarded(this.hosts, options, connected, (safe) => super.createConnection(safe, connected));
  }
}

class GuardedHttps extends HttpsAgent {
  constructor(private readonly hosts: HostList) {
    super(OPTIONS);
  }

  override createConnection(options: RequestOptions, connected?: Connected) {
    return guarded(this.hosts, options, connected, (safe) => super.createConnection(safe, connected));
  }
}

/** Node looks up no name where the host is an IP address already, so that one is checked here. */
function guarded<Options extends ClientRequestArgs, Socket>(
  hosts: HostList,
  options: Options,
  connected: Connected | undefined,
  connect: (options: Options) => Socket,
): Socket | undefined {
  const { host, port } = options;
  const target = host ?? 'localhost';
  const isAllowed: IsAllowed = (address) =>
    !isPrivateAddress(address) || isNamed(hosts, target, port ?? '') || isNamed(hosts, address, port ?? '');
  if (isIP(target) === 0 || isAllowed(target)) return connect({ ...options, lookup: lookupOf(isAllowed) });
  // Node ignores the socket beside an error.
  connected?.(refusal(), undefined as unknown as Duplex);
  return undefined;
}

/** Looks a name up, and gives back those of its addresses that are allowed. */
function lookupOf(isAllowed: IsAllowed): LookupFunction {
  return (name, options, done) => {
    lookup(name, { ...options, all: true }, (error, found: LookupAddress[]) => {
      if (error) return done(error, []);
      const allowed = found.filter(({ address }) => isAllowed(address));
      const [first] = allowed;
      if (!first) return done(refusal(), []);
      return options.all ? done(null, allowed) : done(null, first.address, first.family);
    });
  };
}

function refusal(): NodeJS.ErrnoException {
  return Object.assign(new Error('a private address is not called'), { code: PRIVATE_ADDRESS });
}
