import { type AnyConnector, type Bench } from './bench.js';

/** Faulty members of a connector, built on the sound one. */
export type Fault = (sound: never) => Readonly<Record<string, unknown>>;

/** The same bench with a connector that has one fault. */
export function withFault(bench: Bench, fault: Fault): Bench {
  const sound: AnyConnector = bench.connector;
  const members = fault(sound as never);
  const get = (target: AnyConnector, name: string | symbol, receiver: unknown): unknown =>
    typeof name === 'string' && name in members ? members[name] : Reflect.get(target, name, receiver);
  return { ...bench, connector: new Proxy<AnyConnector>(sound, { get }) };
}
