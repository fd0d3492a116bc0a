import { fileURLToPath } from "node:url";

/** The folder of the whole project. This file and the bundle in `dist/server` both lie two folders below it. */
export const projectFolder = fileURLToPath(new URL("../..", import.meta.url));
