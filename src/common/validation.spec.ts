import { Type } from 'class-transformer';
import { IsArray, IsInt, IsPositive, IsString, ValidateNested } from 'class-validator';
import { InvalidInputError, type FieldProblem } from './errors.js';
import { inputValidation } from './validation.js';

class Line {
  @IsString()
  sku!: string;

  @IsInt()
  @IsPositive()
  quantity!: number;
}

class Order {
  @IsString()
  orderId!: string;

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => Line)
  products!: Line[];
}

async function faults(body: unknown): Promise<readonly FieldProblem[]> {
  try {
    await inputValidation().transform(body, { type: 'body', metatype: Order });
  } catch (error) {
    if (error instanceof InvalidInputError) return error.fields;
    throw error;
  }
  return [];
}

describe('inputValidation', () => {
  it('accepts valid input', async () => {
    expect(await faults({ orderId: 'FAL-1', products: [{ sku: 'PROD-001', quantity: 2 }] })).toEqual([]);
  });

  it('names nested fields by their path, and the form that each should have', async () => {
    expect(
      await faults({
        products: [
          { sku: 'PROD-001', quantity: 2 },
          { sku: 7, quantity: -1.5 },
        ],
      }),
    ).toEqual([
      { field: 'orderId', expected: 'must be a string' },
      { field: 'products[1].sku', expected: 'must be a string' },
      { field: 'products[1].quantity', expected: 'must be a positive number and must be an integer number' },
    ]);
  });

  it('refuses a body of too many parts before it checks them', async () => {
    const deep = (levels: number): unknown => {
      let value: unknown = 1;
      for (let i = 0; i < levels; i++) value = { value };
      return value;
    };
    const body = (more: object) => ({ orderId: 'A', products: [], ...more });
    const refused = async (value: unknown) =>
      (await faults(value)).map(({ field, expected }) => `${field} ${expected}`);
    expect(await refused(body({ deep: deep(100_000) }))).toEqual(['body must be nested 20 levels deep at most']);
    expect(await refused(body({ products: Array.from({ length: 2_000 }, () => ({})) }))).toEqual([
      'body must have 500 objects and lists at most',
    ]);
    expect(await refused(body({ products: Array.from({ length: 200_000 }, () => 1) }))).toEqual([
      'body must have 20000 values at most',
    ]);
    expect(await refused(Array.from({ length: 501 }, () => []))).toHaveLength(1);
  });

  it('names twenty wrong fields, and how many more there are', async () => {
    const found = await faults({ orderId: 'A', products: Array.from({ length: 40 }, () => ({ sku: 7, quantity: 1 })) });
    expect(found).toHaveLength(21);
    expect(found.at(-1)).toEqual({ field: 'body', expected: 'must be put right in 20 more places' });
  });

  it('names unknown fields', async () => {
    const known = { orderId: 'FAL-1', products: [{ sku: 'PROD-001', quantity: 2, colour: 'red' }] };
    expect(await faults({ ...known, extra: 1 })).toEqual([
      { field: 'extra', expected: 'must not be given: it is not known here' },
      { field: 'products[0].colour', expected: 'must not be given: it is not known here' },
    ]);
  });

  it.each([[null], ['text'], [[]], [42]])('refuses %j where an object is required', async (body) => {
    expect((await faults(body)).length).toBeGreaterThan(0);
  });
});
