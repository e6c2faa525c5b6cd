import { mongo } from 'mongoose';

const FORM = /^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/([^?]*))?(?:\?(.*))?$/;
const DEFAULT_DATABASE = 'stock_orchestrator';
/** Mechanisms whose users are not kept in a database of their own choice. */
const OUTSIDE_MECHANISM = /^(MONGODB-X509|MONGODB-AWS|MONGODB-OIDC|GSSAPI|PLAIN)$/i;

/** A MongoDB URI in its parts. It may name several hosts, which `URL` does not understand. */
interface MongoUri {
  /** Scheme, credentials and hosts. */
  readonly server: string;
  /** Empty where none is named. */
  readonly database: string;
  readonly options: string;
  /** The value of an option, whose name is given in lower case. */
  readonly option: (lowerCaseName: string) => string | undefined;
}

/** @throws Error whose message completes "MONGODB_URI must be ..." and holds no part of the URI */
export function parseMongoUri(uri: string): MongoUri {
  const match = FORM.exec(uri);
  if (!match?.[1] || !isUnderstood(uri))
    throw new Error('a URI of the form mongodb://[user:password@]host[:port][,host...]/database');
  const options = match[3] ?? '';
  const values = new Map([...new URLSearchParams(options)].map(([name, value]) => [name.toLowerCase(), value]));
  return { server: match[1], database: match[2] ?? '', options, option: (name) => values.get(name) };
}

/**
 * The URI with its database renamed, or named where it names none. Users are still looked up where the given URI has them
 * looked up: without `authSource` that is the database it names, or `admin`.
 */
export function withDatabase(uri: string, rename: (name: string) => string = (name) => name): string {
  const { server, database, options, option } = parseMongoUri(uri);
  const name = rename(database || DEFAULT_DATABASE);
  const users = database || 'admin';
  const keepsUsers =
    server.includes('@') &&
    users !== name &&
    option('authsource') === undefined &&
    !OUTSIDE_MECHANISM.test(option('authmechanism') ?? '');
  const query = [options, keepsUsers ? `authSource=${users}` : ''].filter((part) => part !== '').join('&');
  return `${server}/${name}${query && `?${query}`}`;
}

/** The driver's own opinion. Its error texts quote the URI with its password, so they go nowhere. */
function isUnderstood(uri: string): boolean {
  try {
    new mongo.MongoClient(uri);
    return true;
  } catch {
    return false;
  }
}
