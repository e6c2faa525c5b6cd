import {
  isNamed,
  isPrivateAddress,
  parseHosts,
  plainHttpProblem,
  privateHostProblem,
  targetOf,
} from './private-hosts.js';

describe('an IP address', () => {
  it.each(
    '127.0.0.1 127.9.9.9 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 0.1.2.3 224.0.0.1 240.0.0.1 255.255.255.255 198.18.0.1 192.0.2.1'.split(
      ' ',
    ),
  )('is private: %s', (address) => {
    expect(isPrivateAddress(address)).toBe(true);
    expect(isPrivateAddress(`::ffff:${address}`)).toBe(true);
  });

  it.each(
    ':: ::1 ::7f00:1 ::127.0.0.1 ::ffff:7f00:1 fe80::1 fe80::1%eth0 fec0::1 fc00::1 fdff::1 ff02::1 2001:db8::1 2002:7f00:1:: 2001::1 64:ff9b::7f00:1 64:ff9b::a00:1 64:ff9b:1::1 5f00::1 localhost 127.1'.split(
      ' ',
    ),
  )('is private, or none: %s', (address) => {
    expect(isPrivateAddress(address)).toBe(true);
  });

  it.each('8.8.8.8 172.32.0.1 100.128.0.1 2606:4700::1111 ::ffff:8.8.8.8 64:ff9b::808:808'.split(' '))(
    'is public: %s',
    (address) => {
      expect(isPrivateAddress(address)).toBe(false);
    },
  );
});

describe('a list of hosts', () => {
  const hosts = parseHosts('odoo.Internal:8069, 10.0.0.5, [fd00::1]:8443,fd00::2, 0x7f.1:90');

  it.each([
    ['odoo.internal', 8069, true],
    ['ODOO.internal', '8069', true],
    ['odoo.internal', 80, false],
    ['other.internal', 8069, false],
    ['10.0.0.5', 1, true],
    ['10.0.0.50', 1, false],
    ['fd00::1', 8443, true],
    ['fd00:0::1', 8443, true],
    ['fd00::1', 80, false],
    ['fd00::2', 80, true],
    ['127.0.0.1', 90, true],
  ])('names %s port %s: %s', (host, port, expected) => {
    expect(isNamed(hosts, host, port)).toBe(expected);
  });

  it.each([
    '',
    'http://odoo',
    'odoo/x',
    'a b',
    'odoo:99999',
    'odoo:',
    '*.internal',
    'a@b',
    '10.0.0.0/8',
    'a,,b',
    '[odoo]',
  ])('has no such entry: %j', (text) => {
    expect(() => parseHosts(text)).toThrow('hosts separated by commas');
  });

  it('has the default port of an address where that has none', () => {
    expect(targetOf('https://10.0.0.5/x')).toBe('10.0.0.5:443');
    expect(targetOf('http://Odoo.internal')).toBe('odoo.internal:80');
    expect(targetOf('http://[fd00::1]:8069/')).toBe('[fd00::1]:8069');
  });
});

describe('an address in production', () => {
  const hosts = parseHosts('odoo.internal:8069,[fd00::1]');

  it('has TLS, or its host is named', () => {
    expect(plainHttpProblem('https://shop.example.com/', hosts)).toBeNull();
    expect(plainHttpProblem('http://odoo.internal:8069/', hosts)).toBeNull();
    expect(plainHttpProblem('http://[fd00::1]/', hosts)).toBeNull();
    for (const address of ['http://shop.example.com/', 'http://odoo.internal/', 'HTTP://odoo.internal.example:8069'])
      expect(plainHttpProblem(address, hosts)).toContain('ALLOWED_PRIVATE_HOSTS');
  });

  it.each(
    '127.0.0.1 127.1 2130706433 0x7f000001 0177.0.0.1 10.0.0.1:8443 169.254.169.254 [::1] [::ffff:10.0.0.1] [fe80::1] [fd00::2] 0.0.0.0 0'.split(
      ' ',
    ),
  )('leads into no private network: %s', (host) => {
    expect(privateHostProblem(`https://${host}/`, hosts)).toContain('ALLOWED_PRIVATE_HOSTS');
  });

  it('may be public, a name, or named', () => {
    for (const address of ['https://8.8.8.8/', 'https://shop.example.com/', 'https://[fd00::1]:1/'])
      expect(privateHostProblem(address, hosts)).toBeNull();
  });
});
