/**
 * Counts what a program sends to its database: start it with `--import` of this file. On SIGUSR2 it writes
 * the counts so far, as JSON, to `<COUNTS_DIR>/<pid>.json`: each command with its collection, such as
 * `update orders`, how often it was sent, and how many documents or statements it held in all.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import mongoose from 'mongoose';

/** @type {Record<string, { commands: number, statements: number }>} */
const counts = {};
const UNCOUNTED = new Set(['hello', 'ping', 'ismaster', 'endSessions']);

const { connect } = mongoose.mongo.MongoClient.prototype;
mongoose.mongo.MongoClient.prototype.connect = function (...args) {
  if (!this.monitorCommands) {
    this.monitorCommands = true;
    this.on('commandStarted', ({ commandName, command }) => count(commandName, command));
  }
  return connect.apply(this, args);
};

function count(commandName, command) {
  if (UNCOUNTED.has(commandName)) return;
  const target = command[commandName];
  const name = commandName === 'getMore' ? `getMore ${command.collection}` : `${commandName} ${target}`;
  const one = (counts[name] ??= { commands: 0, statements: 0 });
  one.commands += 1;
  one.statements += (command.documents ?? command.updates ?? command.deletes ?? [1]).length;
}

process.on('SIGUSR2', () => {
  const file = join(process.env.COUNTS_DIR ?? '.', `${process.pid}.json`);
  writeFileSync(`${file}.new`, JSON.stringify(counts));
  renameSync(`${file}.new`, file);
});
