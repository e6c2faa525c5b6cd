import { createHash } from 'node:crypto';

/** The name of a command's transfer in the ERP. `part` distinguishes several transfers of one command. */
export function transferName(installation: string, command: string, part = ''): string {
  const hash = createHash('sha256').update(`${command}${part}`).digest('hex').slice(0, 16);
  return `${installation}/command/${hash}`;
}

/** The part of a return that goes to one warehouse. */
export function putBackPart(warehouse: string): string {
  return `/${warehouse}`;
}

/** The key of the movement that counts a change of `by` units: units that leave are reserved first, and end that reservation. */
export function endKeyOf(command: string, by: number): string {
  return by < 0 ? `${command}/end` : command;
}
