import 'reflect-metadata';

export type Class<T = unknown> = abstract new (...args: never[]) => T;
type Token = Class | string;

interface Recipe {
  readonly tokens: readonly Token[];
}

const recipes = new Map<Class, Recipe>();

/**
 * The metadata that Nest reads of a class: the types of its constructor's parameters, and the tokens that
 * replace some of them.
 */
function recipeOf(type: Class): Recipe {
  const known = recipes.get(type);
  if (known) return known;
  const types = (Reflect.getMetadata('design:paramtypes', type) ?? []) as Class[];
  const named = (Reflect.getMetadata('self:paramtypes', type) ?? []) as { index: number; param: Token }[];
  const tokens = types.map((one, index) => named.find((its) => its.index === index)?.param ?? one);
  const recipe = { tokens };
  recipes.set(type, recipe);
  return recipe;
}

/**
 * Creates services as Nest does, from the types of their constructors' parameters, but fast enough for
 * thousands of runs. Types that are not provided are created; a model is found by the token of Mongoose's
 * module.
 */
export class Container {
  private readonly made = new Map<Token, unknown>();
  private readonly aliases = new Map<Class, Class>();

  constructor(private readonly model: (name: string) => unknown) {}

  /** `value` replaces the service of this type. */
  provide<T>(type: Class<T>, value: Partial<T>): void {
    this.made.set(type, value);
  }

  /** Makes `by` the implementation of `type`. */
  alias<T>(type: Class<T>, by: Class<T>): void {
    this.aliases.set(type, by);
  }

  get<T>(type: Class<T>): T {
    return this.resolve(type) as T;
  }

  private resolve(token: Token): unknown {
    const known = this.made.get(token);
    if (known !== undefined) return known;
    const value = typeof token === 'string' ? this.named(token) : this.make(this.aliases.get(token) ?? token);
    this.made.set(token, value);
    return value;
  }

  private named(token: string): unknown {
    if (!token.endsWith('Model')) throw new Error(`nothing provides ${token}`);
    return this.model(token.slice(0, -'Model'.length));
  }

  private make(type: Class): unknown {
    const { tokens } = recipeOf(type);
    const given = tokens.map((token) => this.resolve(token));
    return new (type as unknown as new (...args: unknown[]) => unknown)(...given);
  }
}
