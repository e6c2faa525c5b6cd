import { type AlertReport } from '../../../src/alerts/alert-writes.js';
import { type AlertsService } from '../../../src/alerts/alerts.service.js';
import { type Table } from './database/table.js';
import { type Timeline } from './time/timeline.js';

/** One document for each kind and subject, open or closed. */
export function memoryAlerts(table: Table, timeline: Timeline): Partial<AlertsService> {
  const write = (kind: string, subject: string, fields: Readonly<Record<string, unknown>>) =>
    table.update({ _id: `${kind}/${subject}` }, { $set: fields }, { upsert: true });
  const closeAll = (kind: string, subjects: readonly string[]) =>
    timeline.call('database', `close ${kind} ${subjects.join(' ')}`, () => {
      for (const subject of subjects) if (table.docs.has(`${kind}/${subject}`)) write(kind, subject, { open: false });
    });
  const follow = async (reports: readonly AlertReport[]) => {
    if (reports.length === 0) return;
    await timeline.call('database', 'follow alerts', () => {
      for (const { kind, subject, open, version } of reports) {
        const known = table.docs.get(`${kind}/${subject}`);
        if (known ? Number(known.version) < version : open) write(kind, subject, { open, version });
      }
    });
  };
  return {
    raise: (kind, subject, detail) =>
      timeline.call('database', `raise ${kind} ${subject}`, () => {
        write(kind, subject, { open: true, detail });
      }),
    close: (kind, subject) => closeAll(kind, [subject]),
    closeAll,
    follow,
  };
}
