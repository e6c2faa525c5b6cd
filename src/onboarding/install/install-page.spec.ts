import { installPage, languageOf, PAGE_HEADERS } from './install-page.js';
import { type Arrival } from './install.service.js';

const SHOP = { name: 'shop', label: 'Shop' };

describe('the page after the consent', () => {
  it.each([
    ['es-AR,es;q=0.9,en;q=0.5', 'es'],
    ['en-US,en;q=0.9,es;q=0.8', 'en'],
    ['pt-BR,pt;q=0.9,es;q=0.3', 'es'],
    ['es;q=0,en;q=0.1', 'en'],
    ['de', 'en'],
    ['', 'en'],
    [undefined, 'en'],
  ])('is in the language that the browser prefers: %s', (accepted, language) => {
    expect(languageOf(accepted)).toBe(language);
  });

  it('shows its input as text, whatever it contains', () => {
    const { html } = installPage(SHOP, { result: 'pending', account: '"><script>alert(1)</script>' }, 'en');
    expect(html).not.toContain('<script');
    expect(html).toContain('&lt;script&gt;');
  });

  it.each<[Arrival, number]>([
    [{ result: 'badState', why: 'used' }, 400],
    [{ result: 'denied' }, 400],
    [{ result: 'refused' }, 400],
    [{ result: 'busy' }, 429],
    [{ result: 'unreachable' }, 502],
    [{ result: 'unready' }, 503],
  ])('explains the failure in both languages: %j', (arrival, status) => {
    const pages = (['en', 'es'] as const).map((language) => installPage(SHOP, arrival, language));
    expect(pages.map((page) => page.status)).toEqual([status, status]);
    expect(pages[0]?.html).not.toBe(pages[1]?.html);
  });

  it('loads and runs nothing, and allows its own style only', () => {
    expect(PAGE_HEADERS['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'/);
  });
});
