import { AnswerTooLargeError } from '../../common/http/outbound.service.js';
import { parseXml as parse } from './xml.js';

const parseXml = (xml: string) => parse(xml, 100_001);

describe('a document in XML', () => {
  it('becomes texts, members and lists', async () => {
    const xml = '<a x="1"><b>007</b><c/><d>1</d><d><![CDATA[<2]]></d><e>\n<f>&#225;&nbsp;</f></e><g>t<h/></g></a>';
    expect(await parseXml(xml)).toEqual({
      a: { b: '007', c: '', d: ['1', '<2'], e: { f: 'á\u00a0' }, g: { h: '', '#text': 't' } },
    });
  });

  it('keeps what is not allowed in XML and stands in the texts of merchants', async () => {
    expect(await parseXml('<a>&#1;&#x1F;\u000b\u0080</a>')).toEqual({ a: '\u0001\u001f\u000b\u0080' });
    expect(await parseXml('<a>&unknown;&constructor;&#x110000;</a>')).toEqual({
      a: '&unknown;&constructor;&#x110000;',
    });
  });

  it('lets other work of the process have its turn while it is parsed', async () => {
    let isParsed = false;
    let turns = 0;
    const count = (): void => {
      turns += 1;
      if (!isParsed) setImmediate(count);
    };
    setImmediate(count);
    await parseXml(`<a>${'<b>&#65;</b>'.repeat(100_000)}</a>`);
    isParsed = true;
    expect(turns).toBeGreaterThan(10);
  });

  it.each([
    ['half a document', '<a><b>'],
    ['an end that belongs to another element', '<a><b></a></b>'],
    ['a bare ampersand', '<a>x & y</a>'],
    ['a DOCTYPE', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
    ['a name of every object', '<a><constructor/></a>'],
    ['too many levels', '<a>'.repeat(101) + '</a>'.repeat(101)],
    ['a very long name', `<${'a'.repeat(1_000_000)}/>`],
    ['a very long comment', `<a><!--${'a'.repeat(1_000_000)}--></a>`],
    ['a very long attribute', `<a b="${'a'.repeat(1_000_000)}"/>`],
    ['too many attributes', `<a ${Array.from({ length: 101 }, (_, i) => `b${i}="1"`).join(' ')}/>`],
  ])('is refused: %s', async (_what, xml) => {
    await expect(parseXml(xml)).rejects.toThrow();
  });

  it('is too large with too many elements', async () => {
    await expect(parseXml(`<a>${'<b/>'.repeat(100_001)}</a>`)).rejects.toThrow(AnswerTooLargeError);
  });
});
