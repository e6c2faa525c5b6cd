import { clientAddress, clientNetwork } from './client-address.js';

describe('the address of a client', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:DB8:0:0::7', '2001:db8::7'],
    [undefined, 'unknown'],
    ['<script>', 'unknown'],
    ['12', 'unknown'],
  ])('%s is %s', (ip, expected) => {
    expect(clientAddress(ip)).toBe(expected);
  });

  it('counts for the network that one client has to itself', () => {
    expect(clientNetwork('203.0.113.7')).toBe('203.0.113.7');
    expect(clientNetwork('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64');
    expect(clientNetwork('2001:db8:1:2:ffff::')).toBe(clientNetwork('2001:db8:1:2::1'));
    expect(clientNetwork('unknown')).toBe('unknown');
  });
});
