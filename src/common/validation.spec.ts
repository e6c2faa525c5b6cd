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
