import { parseTrustedProxies } from './trusted-proxies.js';

describe('the proxies that are believed', () => {
  it('are addresses and networks', () => {
    expect(parseTrustedProxies('10.0.0.2, 10.1.0.0/16,::1,fd00::/8')).toEqual([
      '10.0.0.2',
      '10.1.0.0/16',
      '::1',
      'fd00::/8',
    ]);
  });

  it.each([
    'proxy.internal',
    'loopback',
    '10.0.0.2,',
    '10.0.0',
    '10.0.0.0/33',
    'fd00::/129',
    '0.0.0.0/0',
    '::/0',
    '10.0.0.2:80',
    '10.0.0.0/8/8',
  ])('are not %s', (text) => {
    expect(() => parseTrustedProxies(text)).toThrow(/^IP addresses or networks/);
  });
});
