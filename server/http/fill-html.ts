import { html } from "hono/html";
import { partsOf, type Text } from "../texts/text.ts";
import type { Html } from "./html.ts";

/** The text with values in place of its placeholders; strings are escaped. */
export function fillHtml<Name extends string>(text: Text<Name>, values: Readonly<Record<Name, Html | string>>): Html {
  return html`${partsOf(text).map((part, index) => (index % 2 === 0 ? part : values[part as Name]))}`;
}
