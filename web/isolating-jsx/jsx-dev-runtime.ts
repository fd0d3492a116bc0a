/** The same as `jsx-runtime.ts`, under the names that development builds use. */
import type { ElementType, Key } from "react";
import { jsx, jsxs } from "./jsx-runtime.ts";

export type { JSX } from "react";
export { Fragment } from "./jsx-runtime.ts";

/** @param isStatic the children were written one by one, and need no keys */
export const jsxDEV = (type: ElementType, props: unknown, key: Key | undefined, isStatic: boolean) =>
  (isStatic ? jsxs : jsx)(type, props, key);
