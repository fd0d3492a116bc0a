/**
 * React's JSX, with names from right to left kept apart (`isolatedIn`) in every text that an element is given as a child: no
 * sentence has to think of it. Attributes and titles use `isolated` themselves.
 */
import { Fragment, jsx as reactJsx, jsxs as reactJsxs } from "react/jsx-runtime";
import { withIsolatedChildren } from "./isolated-children.ts";

export type { JSX } from "react";
export { Fragment };

export const jsx: typeof reactJsx = (type, props, key) =>
  reactJsx(type, withIsolatedChildren(type, props as object), key);
export const jsxs: typeof reactJsxs = (type, props, key) =>
  reactJsxs(type, withIsolatedChildren(type, props as object), key);
