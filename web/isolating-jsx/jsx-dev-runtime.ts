/** As `jsx-runtime.ts`, under the names that development uses. */
import { jsx } from "./jsx-runtime.ts";

export type { JSX } from "react";
export { Fragment } from "./jsx-runtime.ts";
export const jsxDEV = jsx;
