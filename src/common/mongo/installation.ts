import { randomBytes } from 'node:crypto';
import { type Connection as Database } from 'mongoose';
import { isDuplicateKey } from './native.js';

interface Setting {
  _id: string;
  value: string;
}

/**
 * The short name of this installation, made at its first start and kept in its database. The name of
 * everything created in other systems begins with it.
 */
export async function installationId(database: Database): Promise<string> {
  const settings = database.collection<Setting>('settings');
  const made = `SO${randomBytes(4).toString('hex').toUpperCase()}`;
  try {
    await settings.insertOne({ _id: 'installation', value: made });
    return made;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    const found = await settings.findOne({ _id: 'installation' });
    return found?.value ?? made;
  }
}
