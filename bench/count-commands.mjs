/**
 * Counts what a program sends to its database: start it with `--import` of this file. On SIGUSR2 it writes
 * the counts so far, as JSON, to `<COUNTS_DIR>/<pid>.json`: each command with its collection, such as
 * `update orders`: how often it was sent, how many documents or statements it held in all, and how long the
 * answers took in all, in milliseconds.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import mongoose from 'mongoose';

/** @type {Record<string, { commands: number, statements: number, ms: number }>} */
const counts = {};
const UNCOUNTED = new Set(['hello', 'ping', 'ismaster', 'endSessions']);

const { connect } = mongoose.mongo.MongoClient.prototype;
mongoose.mongo.MongoClient.prototype.connect = function (...args) {
  if (!this.monitorCommands) {
    this.monitorCommands = true;
    const names = new Map();
    this.on('commandStarted', ({ requestId, commandName, command }) =>
      names.set(requestId, count(commandName, command)),
    );
    const end = ({ requestId, duration }) => {
      const one = names.get(requestId);
      names.delete(requestId);
      if (one) one.ms += duration;
    };
    this.on('commandSucceeded', end);
    this.on('commandFailed', end);
  }
  return connect.apply(this, args);
};

function count(commandName, command) {
  if (UNCOUNTED.has(commandName)) return null;
  const target = command[commandName];
  const name = commandName === 'getMore' ? `getMore ${command.collection}` : `${commandName} ${target}`;
  const one = (counts[name] ??= { commands: 0, statements: 0, ms: 0 });
  one.commands += 1;
  one.statements += (command.documents ?? command.updates ?? command.deletes ?? [1]).length;
  return one;
}

process.on('SIGUSR2', () => {
  const file = join(process.env.COUNTS_DIR ?? '.', `${process.pid}.json`);
  writeFileSync(`${file}.new`, JSON.stringify(counts));
  renameSync(`${file}.new`, file);
});
