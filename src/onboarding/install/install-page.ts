import { createHash } from 'node:crypto';
import { type Arrival } from './install.service.js';
import { coreWords } from '../../words/core-words.js';
import { type Language } from '../../words/language.js';
import { pageMessages, type Platform } from './install-words.js';

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:38rem;margin:10vh auto;padding:0 1rem;color:#222}h1{font-size:1.5rem}code{background:#eee;padding:.1em .3em}';
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
];

/** The page loads nothing, runs nothing, is never cached, and sends no referrer, because its address holds a code. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': POLICY.join('; '),
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'x-robots-tag': 'noindex',
};

const STATUS: Readonly<Record<Arrival['result'], number>> = {
  connected: 200,
  renewed: 200,
  back: 200,
  pending: 202,
  environment: 409,
  denied: 400,
  incomplete: 400,
  badState: 400,
  refused: 400,
  busy: 429,
  unready: 503,
  unreachable: 502,
};

/** The page for the owner of an account who returns from the consent page. */
export function installPage(
  platform: Platform,
  arrival: Arrival,
  language: Language,
): { readonly status: number; readonly html: string } {
  const page = pageMessages(platform, arrival);
  const title = coreWords.text(page.title, language);
  const says = page.says.map((message) => coreWords.text(message, language));
  const html = [
    `<!doctype html><html lang="${language}"><head><meta charset="utf-8">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escaped(title)}</title><style>${STYLE}</style></head><body><h1>${escaped(title)}</h1>`,
    ...says.map((paragraph) => `<p>${paragraph.split('`').map(marked).join('')}</p>`),
    '</body></html>',
  ];
  return { status: STATUS[arrival.result], html: html.join('') };
}

/** Every other part was between backticks. */
function marked(part: string, place: number): string {
  return place % 2 === 1 ? `<code>${escaped(part)}</code>` : escaped(part);
}

function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);
}
