/** RAND, NEWID and the like. */
import { randomUUID } from "node:crypto";
import { convertTo } from "../expressions/conversion";
import { compileExpression } from "../expressions/dispatch";
import type { ExecutionContext, SessionState } from "../expressions/scope";
import { FLOAT, INT, UNIQUEIDENTIFIER } from "../types/systemTypes";
import type { Value } from "../values";
import { registerFunctions } from "./registry";

const MODULUS_1 = 2147483563;
const MODULUS_2 = 2147483399;
/** The constant of the original, cut as it was printed there. */
const SCALE = 4.656613e-10;
const DEFAULT_SEED = 12345;
const SECOND_SEED = 67890;

/** L'Ecuyer's combined generator, which gives SQL Server's well-known numbers: RAND(1) is 0.71359…. */
class Generator {
  private second = SECOND_SEED;
  constructor(private first: number) {}
  static seeded(seed: number): Generator {
    const first = ((seed % MODULUS_1) + MODULUS_1) % MODULUS_1;
    return new Generator(first === 0 ? DEFAULT_SEED : first);
  }
  next(): number {
    this.first = (this.first * 40014) % MODULUS_1;
    this.second = (this.second * 40692) % MODULUS_2;
    let difference = this.first - this.second;
    if (difference < 1) difference += MODULUS_1 - 1;
    return difference * SCALE;
  }
}

/** RAND(seed) sets the numbers that the session's later RAND() calls give. */
const generators = new WeakMap<SessionState, Generator>();

function generatorOf({ session }: ExecutionContext): Generator {
  let generator = generators.get(session);
  if (generator === undefined) {
    generator = Generator.seeded(Math.floor(Math.random() * MODULUS_1));
    generators.set(session, generator);
  }
  return generator;
}

registerFunctions([
  {
    name: "RAND",
    minArgs: 0,
    maxArgs: 1,
    compile(call, scope) {
      const [first] = call.arguments;
      const seed = first && convertTo(compileExpression(first, scope), INT);
      return {
        type: FLOAT,
        nullable: true,
        // Without seed one number a statement, the same in all rows.
        evaluate: (frame): Value => {
          const { context } = frame;
          if (seed === undefined) {
            if (!context.statementCache.has(call)) context.statementCache.set(call, generatorOf(context).next());
            return context.statementCache.get(call) as number;
          }
          const given = seed.evaluate(frame);
          if (given === null) return null;
          const generator = Generator.seeded(given as number);
          generators.set(context.session, generator);
          return generator.next();
        },
      };
    },
  },
  {
    name: "NEWID",
    minArgs: 0,
    maxArgs: 0,
    volatile: true,
    keepsNotNull: true,
    resolve: () => UNIQUEIDENTIFIER,
    evaluate: () => randomUUID().toUpperCase(),
  },
  {
    name: "NEWSEQUENTIALID",
    minArgs: 0,
    maxArgs: 0,
    volatile: true,
    keepsNotNull: true,
    resolve: () => UNIQUEIDENTIFIER,
    evaluate: () => sequentialGuid(),
  },
]);

let sequence = BigInt(Date.now()) * 10_000n;

/** Each greater than the one before, as uniqueidentifiers compare. */
function sequentialGuid(): string {
  sequence++;
  const hex = sequence.toString(16).padStart(16, "0").toUpperCase();
  return `${hex.slice(8, 16)}-${hex.slice(4, 8)}-11EF-8000-${hex.slice(4, 16)}`;
}
