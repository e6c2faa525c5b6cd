import { type WordCode } from '../../words/core-words.js';
import { type Message } from '../../words/message.js';
import { type Arrival } from './install.service.js';

/** A title, and paragraphs in which backticks mark what is to be typed. */
export interface PageMessages {
  readonly title: Message<WordCode>;
  readonly says: readonly Message<WordCode>[];
}

/** The platform whose consent page the owner comes from. */
export interface Platform {
  /** Names its connector in addresses and settings. */
  readonly name: string;
  readonly label: string;
}

/** What the page after the consent says. */
export function pageMessages({ name, label }: Platform, arrival: Arrival): PageMessages {
  const about = {
    name,
    label,
    variables: `${name.toUpperCase()}_...`,
    ...('account' in arrival && { account: arrival.account }),
    ...('connection' in arrival && { connection: arrival.connection.id }),
  };
  const title = arrival.result === 'badState' ? arrival.why : arrival.result;
  return {
    title: { code: `install.title.${title}`, params: about },
    says: paragraphsOf(arrival).map((code) => ({ code, params: about })),
  };
}

function paragraphsOf(arrival: Arrival): readonly WordCode[] {
  switch (arrival.result) {
    case 'connected':
      return ['install.known', heard(arrival), ...(isShadow(arrival) ? SHADOW : []), 'install.next'];
    case 'renewed':
      return ['install.goes_on', heard(arrival)];
    case 'back':
      return [
        'install.known_again',
        heard(arrival),
        ...(isShadow(arrival) ? [...SHADOW, 'install.next' as const] : []),
      ];
    case 'badState':
      return BAD_STATE[arrival.why];
    default:
      return PARAGRAPHS[arrival.result];
  }
}

const SHADOW: readonly WordCode[] = ['install.shadow'];
const BAD_STATE = {
  unknown: ['install.nothing', 'install.new_link'],
  used: ['install.once', 'install.new_link'],
  expired: ['install.an_hour', 'install.new_link'],
  inUse: ['install.same_link'],
} as const;
const PARAGRAPHS = {
  pending: ['install.no_link', 'install.accept'],
  environment: ['install.old_token', 'install.remove_settings'],
  denied: ['install.mistake', 'install.link_again'],
  incomplete: ['install.no_code', 'install.link_again'],
  busy: ['install.in_a_minute'],
  unready: ['install.lacks'],
  refused: ['install.code_refused', 'install.link_again'],
  unreachable: ['install.in_minutes', 'install.link_again'],
} as const;

type Connected = Extract<Arrival, { connection: unknown }>;

function isShadow({ connection }: Connected): boolean {
  return connection.publishing === 'shadow';
}

function heard({ hears }: Connected): WordCode {
  if (hears === null) return 'install.reading';
  return hears ? 'install.hears' : 'install.hears_nothing';
}
