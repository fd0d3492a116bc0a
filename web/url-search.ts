/** Filters in the URL as plain `name=value`, so that URLs can be read, typed and pasted. */
import { useMemo } from "react";
import type { z } from "zod";

/** Reads `?a=b&c=d` as text values. */
export function parseSearch(search: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(search));
}

/** Writes values as `?a=b&c=d`, without absent or empty ones. */
export function stringifySearch(values: Record<string, unknown>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || value === null || value === "") continue;
    parameters.set(name, typeof value === "string" ? value : JSON.stringify(value));
  }
  const text = parameters.toString();
  return text === "" ? "" : `?${text}`;
}

/** Whether a flag is set, for a page that has no schema. */
export function isFlagSet(value: unknown): boolean {
  return value === true || value === "true";
}

/** Keeps the values that the filters' schema accepts; a URL with one invalid value still shows a list. */
export function readFilters<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape, z.core.$strict>,
  values: Record<string, unknown>,
): z.infer<z.ZodObject<Shape, z.core.$strict>> {
  const kept: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(schema.shape)) {
    const value = values[name];
    if (value === undefined || value === "") continue;
    const candidates = [...typed(value), value];
    for (const candidate of candidates) {
      const read = (field as z.ZodType).safeParse(candidate);
      if (!read.success || read.data === undefined) continue;
      kept[name] = read.data;
      break;
    }
  }
  return kept as z.infer<z.ZodObject<Shape, z.core.$strict>>;
}

/** Parses a URL value that may be a flag or a number. */
function typed(value: unknown): unknown[] {
  if (value === "true" || value === "false") return [value === "true"];
  return typeof value === "string" && /^\d{1,15}(\.\d{1,6})?$/.test(value) ? [Number(value)] : [];
}

/** The filters of the current URL; the same object until the URL changes. */
export function useFilters<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape, z.core.$strict>,
  values: Record<string, unknown>,
): z.infer<z.ZodObject<Shape, z.core.$strict>> {
  return useMemo(() => readFilters(schema, values), [schema, values]);
}
