import fc from 'fast-check';
import { MOST_SINGLE, noticesOf, toNotify } from './alert-notice.js';
import { CORE_WORDS } from '../words/core-words.js';
import { Words } from '../words/words.js';
import { type Alert } from './alert.schema.js';

const words = new Words(CORE_WORDS);
const OPENED = new Date('2026-01-02T03:04:05Z');
const CLOSED = new Date('2026-01-02T03:05:05Z');

function alert(changes: Partial<Alert> = {}): Alert {
  const { kind = 'oversold', subject = 'main/PROD-001' } = changes;
  return {
    _id: `${kind}/${subject}`,
    kind,
    subject,
    code: 'alerts.oversold.detail',
    params: { count: 2 },
    openedAt: OPENED,
    times: 1,
    opening: 1,
    schemaVersion: 1,
    ...changes,
  };
}

/** What another system says. */
const said = (reason: string) => ({
  kind: 'delivery_short' as const,
  code: 'alerts.delivery_short.detail',
  params: { reason },
});

describe('the state that the alert webhook must learn', () => {
  it.each([
    ['an opening', {}, false, { opening: 1, closed: false }],
    ['an opening that is over before it was told', { closedAt: CLOSED }, false, { opening: 1, closed: true }],
    ['a second opening', { opening: 2, told: { opening: 1, closed: true } }, false, { opening: 2, closed: false }],
    ['nothing twice', { told: { opening: 1, closed: false } }, true, null],
    [
      'a closing, where closings are told',
      { closedAt: CLOSED, told: { opening: 1, closed: false } },
      true,
      { opening: 1, closed: true },
    ],
    ['no closing, where they are not', { closedAt: CLOSED, told: { opening: 1, closed: false } }, false, null],
    ['no closing twice', { closedAt: CLOSED, told: { opening: 1, closed: true } }, true, null],
  ] as [string, Partial<Alert>, boolean, unknown][])('is %s', (_name, changes, closings, expected) => {
    expect(toNotify(alert(changes), closings)).toEqual(expected);
  });
});

describe('a notice', () => {
  it('describes the opened alert as text and in fields', () => {
    expect(noticesOf([alert()], words)).toMatchObject([
      {
        body: {
          text: 'oversold main/PROD-001: 2 more promised than there is',
          kind: 'oversold',
          subject: 'main/PROD-001',
          state: 'open',
          openedAt: OPENED.toISOString(),
          closedAt: null,
        },
      },
    ]);
  });

  it('is a short line when an alert posted before has closed', () => {
    const [notice] = noticesOf([alert({ closedAt: CLOSED, told: { opening: 1, closed: false } })], words);
    expect(notice?.body).toMatchObject({
      text: 'closed: oversold main/PROD-001',
      state: 'closed',
      closedAt: CLOSED.toISOString(),
    });
  });

  it('reports the closing when the alert closed before it was posted', () => {
    expect(noticesOf([alert({ closedAt: CLOSED })], words)[0]?.body.text).toMatch(
      /more promised than there is \(closed again\)$/,
    );
  });

  it('is one for all of them when they are many, with the number of each kind', () => {
    const many = Array.from({ length: MOST_SINGLE + 1 }, (_, i) =>
      alert({ kind: i % 3 === 0 ? 'drift' : 'oversold', subject: `main/PROD-${i}` }),
    );
    const [only, another] = noticesOf(many, words);
    expect(another).toBeUndefined();
    expect(only?.alerts).toEqual(many);
    expect(only?.body).toMatchObject({
      count: 21,
      text: expect.stringMatching(/^21 alerts: 7 drift, 14 oversold\. The first: drift main/) as string,
    });
    expect(noticesOf(many.slice(1), words)).toHaveLength(MOST_SINGLE);
  });

  it('never contains a mail address, and mentions no user', () => {
    fc.assert(
      fc.property(
        fc.emailAddress(),
        fc.constantFrom('<!channel>', '<https://example.com|here>', '&lt;'),
        (mail, trick) => {
          const [notice] = noticesOf(
            [alert({ ...said(`the order of ${mail} ${trick}`), subject: `main/${trick}` })],
            words,
          );
          const sent = JSON.stringify(notice?.body);
          expect(sent).not.toContain(mail);
          expect(notice?.body.text).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
        },
      ),
    );
  });

  it('shows the text of a document from before there were codes', () => {
    const [notice] = noticesOf([alert({ code: undefined, params: undefined, detail: 'the old text' })], words);
    expect(notice?.body).toMatchObject({ detail: 'the old text', code: null });
  });

  it("is short however long another system's text is", () => {
    const [notice] = noticesOf([alert(said('x'.repeat(10_000)))], words);
    expect(JSON.stringify(notice?.body).length).toBeLessThan(1_500);
  });
});
