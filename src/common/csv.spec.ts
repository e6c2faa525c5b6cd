import { text } from 'node:stream/consumers';
import { csvWriter, guarded } from './csv.js';

describe('a CSV file', () => {
  it('begins no other cell inside a text, whatever a spreadsheet separates by', async () => {
    const csv = csvWriter(['sku', 'note']);
    csv.write([guarded('A;=1+1'), 'plain']);
    csv.write([guarded('=1;2'), 'B\t@x']);
    csv.write([guarded('C\r=1'), guarded('\r=1')]);
    csv.end();
    expect(await text(csv)).toBe('sku,note\n"A;=1+1",plain\n"\'=1;2","B\t@x"\n"C\r=1","\'\r=1"\n');
  });
});
