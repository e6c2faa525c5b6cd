import { LANGUAGES } from '../../words/language.js';
import { installPage, PAGE_HEADERS } from './install-page.js';
import { type Arrival } from './install.service.js';

const SHOP = { name: 'shop', label: 'Shop' };

describe('the page after the consent', () => {
  it('shows its input as text, whatever it contains', () => {
    const { html } = installPage(SHOP, { result: 'pending', account: '"><script>alert(1)</script>' }, 'en');
    expect(html).not.toContain('<script');
    expect(html).toContain('&lt;script&gt;');
  });

  it.each<[Arrival, number]>([
    [{ result: 'badState', why: 'used' }, 400],
    [{ result: 'badState', why: 'inUse' }, 400],
    [{ result: 'denied' }, 400],
    [{ result: 'refused' }, 400],
    [{ result: 'busy' }, 429],
    [{ result: 'unreachable' }, 502],
    [{ result: 'unready' }, 503],
  ])('explains the failure in every language: %j', (arrival, status) => {
    const pages = LANGUAGES.map((language) => installPage(SHOP, arrival, language));
    expect(pages.map((page) => page.status)).toEqual([status, status, status]);
    expect(new Set(pages.map((page) => page.html)).size).toBe(LANGUAGES.length);
  });

  it('loads and runs nothing, and allows its own style only', () => {
    expect(PAGE_HEADERS['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'/);
  });
});
