import { type AnyConnector, type Bench } from './bench.js';

/** Some of a connector's members, as they must not be. Each is given the sound connector to build on. */
export type Fault = (sound: never) => Readonly<Record<string, unknown>>;

/** The same bench with a connector that has one fault; everything else of it is as it was. */
export function withFault(bench: Bench, fault: Fault): Bench {
  const sound: AnyConnector = bench.connector;
  const members = fault(sound as never);
  const get = (target: AnyConnector, name: string | symbol, receiver: unknown): unknown =>
    typeof name === 'string' && name in members ? members[name] : Reflect.get(target, name, receiver);
  return { ...bench, connector: new Proxy<AnyConnector>(sound, { get }) };
}
