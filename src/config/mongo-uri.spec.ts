import { VARIABLES } from './variables.js';
import { parseMongoUri, withDatabase } from './mongo-uri.js';

const sandbox = (name: string) => `${name}_sandbox`;

describe('withDatabase', () => {
  it.each([
    ['mongodb://localhost:27017/shop', 'mongodb://localhost:27017/shop_sandbox'],
    ['mongodb://localhost', 'mongodb://localhost/stock_orchestrator_sandbox'],
    ['mongodb://localhost/?replicaSet=rs0', 'mongodb://localhost/stock_orchestrator_sandbox?replicaSet=rs0'],
    ['mongodb://localhost?replicaSet=rs0', 'mongodb://localhost/stock_orchestrator_sandbox?replicaSet=rs0'],
    ['mongodb://a:1,b:2,c:3/shop?replicaSet=rs0', 'mongodb://a:1,b:2,c:3/shop_sandbox?replicaSet=rs0'],
    ['mongodb+srv://cluster.example.com/shop', 'mongodb+srv://cluster.example.com/shop_sandbox'],
  ])('renames the database of %s', (uri, expected) => {
    expect(withDatabase(uri, sandbox)).toBe(expected);
  });

  it('leaves a URI that names its database as it is', () => {
    const uri = 'mongodb://u:p%40ss@a:1,b:2/shop?replicaSet=rs0&w=majority';
    expect(withDatabase(uri)).toBe(uri);
  });

  it.each([
    ['mongodb://u:p@a/shop', 'mongodb://u:p@a/shop_sandbox?authSource=shop'],
    ['mongodb://u:p@a', 'mongodb://u:p@a/stock_orchestrator_sandbox?authSource=admin'],
    ['mongodb://u:p@a/shop?authSource=users', 'mongodb://u:p@a/shop_sandbox?authSource=users'],
    [
      'mongodb://u@a/?authMechanism=MONGODB-X509',
      'mongodb://u@a/stock_orchestrator_sandbox?authMechanism=MONGODB-X509',
    ],
  ])('still looks the user of %s up in the same place', (uri, expected) => {
    expect(withDatabase(uri, sandbox)).toBe(expected);
  });
});

describe('MONGODB_URI', () => {
  const check = (uri: string) => () => VARIABLES.MONGODB_URI.parse(uri);

  it.each(['w=1', 'w=0', 'W=1', 'journal=false', 'readPreference=secondary', 'readpreference=nearest'])(
    'may not be weakened by %s',
    (option) => {
      expect(check(`mongodb://localhost/shop?${option}`)).toThrow(/a URI without/);
    },
  );

  it.each(['w=majority', 'journal=true', 'readPreference=primary', 'replicaSet=rs0'])('may say %s', (option) => {
    expect(check(`mongodb://localhost/shop?${option}`)()).toContain(option);
  });

  it.each([
    'localhost:27017',
    'http://localhost/shop',
    'mongodb://',
    'mongodb://localhost/shop?w=majority&w=1',
    'mongodb://u:s3cr3t:x@localhost/y',
  ])('may not be %s, and the refusal quotes none of it', (uri) => {
    expect(check(uri)).toThrow(/^a URI of the form mongodb:\/\/\[user:password@\]host/);
  });

  it('knows options whatever their case', () => {
    expect(parseMongoUri('mongodb://a/b?authSource=c').option('authsource')).toBe('c');
  });
});
