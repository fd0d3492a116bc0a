/** Inputs for any procedure, generated from its schema: nearly valid ones, so that they pass the validation, with some odd values. */
import fc from "fast-check";
import { z } from "zod";

/** Only what we read of a JSON schema. */
type Schema = {
  $ref?: string;
  $defs?: Record<string, Schema>;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  type?: string | string[];
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  propertyNames?: Schema;
  additionalProperties?: boolean | Schema;
};

/** Texts that often break software: storage, layout, patterns, numbers, dates, property names. */
const oddTexts = [
  "",
  "   ",
  "x\u0000y",
  "\ud800",
  "\udc00a",
  "\ufffe",
  "\u202eabc",
  "\u2066x\u2069",
  "\u200b\u200b\u200b",
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "=1+1",
  "'; drop table x;--",
  "%",
  "_",
  "\\",
  "\n\n\n",
  "\r\nBcc: a@example.com",
  "NaN",
  "-0",
  "1e400",
  "-1",
  "1,5",
  "0x10",
  "٣",
  "9".repeat(60),
  "0.1234567890123456789012345678901234567",
  "9999-99-99",
  "0000-01-01",
  "2026-02-30",
  "+275760-09-13",
  "999999-01-01T00:00:00Z",
  "2026-11-29T24:00:00Z",
  "İstanbul",
  "ﬃ",
  "e\u0301".repeat(100),
  "😀".repeat(60),
  "a".repeat(190),
  "a".repeat(70_000),
  "{}",
  "null",
];
const oddNumbers = [
  0,
  -0,
  -1,
  1.5,
  0.1 + 0.2,
  2 ** 31 - 1,
  2 ** 31,
  -(2 ** 31) - 1,
  2 ** 53,
  2 ** 63,
  1e21,
  1e-9,
  1e308,
  Number.NaN,
  Number.POSITIVE_INFINITY,
];
const oddValues = [null, true, {}, [], "x", 1, JSON.parse('{"__proto__":{"isAdmin":true}}') as unknown];

/** Values that a field can have; the pattern is for the path of the procedure, a space, and the field's name. */
export type Known = [RegExp, unknown[]][];

/**
 * A third of the inputs has no odd values, so that some pass the validation; a third has few.
 *
 * @param path of the procedure
 * @param schema of its input
 * @param known values that exist, by the procedure and the name of the field
 */
export function anyInput(path: string, schema: z.ZodType, known: Known): fc.Arbitrary<unknown> {
  const root = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Schema;
  const place = { root, known, path, name: "", depth: 0 };
  return fc.oneof(...[0, 1, 6].map((oddness) => arbitraryOf(root, { ...place, oddness })));
}

type Place = { root: Schema; known: Known; path: string; name: string; depth: number; oddness: number };

const maxDepth = 8;

function arbitraryOf(schema: Schema, place: Place): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 100, arbitrary: plainOf(schema, place) },
    { weight: place.oddness, arbitrary: fc.constantFrom(...oddValues) },
  );
}

function plainOf(schema: Schema, place: Place): fc.Arbitrary<unknown> {
  const inner = { ...place, depth: place.depth + 1 };
  if (place.depth > maxDepth) return fc.constant(null);
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split("/").at(-1) ?? "";
    return arbitraryOf(name === "#" ? place.root : (place.root.$defs?.[name] ?? {}), inner);
  }
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return fc.oneof(...choices.map((choice) => arbitraryOf(choice, inner)));
  if (schema.allOf) {
    return fc
      .tuple(...schema.allOf.map((part) => arbitraryOf(part, inner)))
      .map((parts) => Object.assign({}, ...parts) as unknown);
  }
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case "string":
      return textOf(schema, place);
    case "integer":
    case "number":
      return withOdd(knownOf(place, "number") ?? numberOf(schema), oddNumbers, place);
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "array": {
      const minLength = schema.minItems ?? 0;
      const maxLength = Math.max(minLength, Math.min(schema.maxItems ?? 3, 3));
      return fc.array(arbitraryOf(schema.items ?? {}, inner), { minLength, maxLength });
    }
    case "object":
      return objectOf(schema, inner);
    default:
      return fc.constantFrom(...oddValues);
  }
}

function objectOf(schema: Schema, place: Place): fc.Arbitrary<unknown> {
  const { properties = {}, required = [], additionalProperties } = schema;
  const names = Object.keys(properties);
  if (names.length === 0 && typeof additionalProperties === "object") {
    const keys = schema.propertyNames?.enum ?? ["a", "de", "team", "__proto__", "constructor"];
    return fc
      .array(fc.tuple(fc.constantFrom(...(keys as string[])), arbitraryOf(additionalProperties, place)), {
        maxLength: 3,
      })
      .map(objectFrom);
  }
  // Only a few of many optional fields: with all of them, one would nearly always be refused.
  const given = Math.max(4, Math.round(240 / names.length));
  const parts = names.map((name) => {
    const [present, absent] = required.includes(name) ? [100, place.oddness] : [given, 40];
    const value = fc.oneof(
      { weight: present, arbitrary: arbitraryOf(properties[name] ?? {}, { ...place, name }) },
      { weight: absent, arbitrary: fc.constant(undefined) },
    );
    return value.map((made) => [name, made] as const);
  });
  return fc.tuple(...parts).map((entries) => objectFrom(entries.filter(([, value]) => value !== undefined)));
}

/** Sometimes with own properties that have the names of inherited ones. */
function objectFrom(entries: (readonly [string, unknown])[]): object {
  const made = {};
  for (const [key, value] of entries)
    Object.defineProperty(made, key, { value, enumerable: true, configurable: true, writable: true });
  return made;
}

function textOf(schema: Schema, place: Place): fc.Arbitrary<unknown> {
  return withOdd(knownOf(place, "string") ?? fc.constantFrom(...textsOf(schema)), oddTexts, place);
}

function numberOf({ minimum = 0, maximum = 20 }: Schema): fc.Arbitrary<number> {
  const min = Math.max(minimum, -(2 ** 31));
  return fc.integer({ min, max: Math.max(min, Math.min(maximum, 2 ** 31 - 1)) });
}

function withOdd(plain: fc.Arbitrary<unknown>, odd: unknown[], { oddness }: Place): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 30, arbitrary: plain }, { weight: oddness, arbitrary: fc.constantFrom(...odd) });
}

/** Chosen when it is used, because earlier calls add known values. */
function knownOf({ known, path, name }: Place, type: "string" | "number"): fc.Arbitrary<unknown> | null {
  const values = known.find(([pattern]) => pattern.test(`${path} ${name}`))?.[1] ?? [];
  if (!values.some((value) => typeof value === type)) return null;
  return fc.nat().map((index) => {
    const fitting = values.filter((value) => typeof value === type);
    return fitting[index % fitting.length];
  });
}

function textsOf({ format, pattern, minLength = 0 }: Schema): string[] {
  if (format === "uuid") return ["019ab000-0000-7000-8000-000000000001"];
  if (format === "date-time") return ["2026-11-29T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z"];
  if (format === "date" || pattern?.includes("\\d{4}")) return ["2026-11-29", "2024-02-29", "0001-01-01", "9999-12-31"];
  if (format === "email") return ["ann@contoso.com"];
  if (pattern !== undefined) return ["abc", "ABC123", "12.5", "0", "#112233", "P1M"];
  return minLength > 1 ? ["abc def ghi", "Zoë 5 → 7"] : ["abc def", "team", "12.50", "0"];
}
