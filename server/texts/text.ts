/** Texts with `{placeholders}`, whose names are part of their type. */

type PlaceholdersOf<Value extends string> = Value extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PlaceholdersOf<Rest>
  : never;

declare const placeholders: unique symbol;
/** A text whose placeholders are `Name`. */
export type Text<Name extends string = string> = string & { readonly [placeholders]: Name };

/** What a language must have to be complete: the same keys as English. */
export type Translation<English> = {
  readonly [Key in keyof English]: English[Key] extends string ? string : Translation<English[Key]>;
};

/** The texts as code reads them. A test checks that all languages have the placeholders of English. */
export type TextsOf<English> = {
  readonly [Key in keyof English]: English[Key] extends string
    ? Text<PlaceholdersOf<English[Key]>>
    : TextsOf<English[Key]>;
};

const placeholder = /\{(\w+)\}/;

/** The literal parts of a text at even positions, the names of its placeholders between them. */
export function partsOf(text: string): string[] {
  return text.split(placeholder);
}

/** The text with values in place of its placeholders. */
export function fill<Name extends string>(text: Text<Name>, values: Readonly<Record<Name, string>>): string {
  return partsOf(text)
    .map((part, index) => (index % 2 === 0 ? part : values[part as Name]))
    .join("");
}
