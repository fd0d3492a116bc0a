/**
 * `npm start` and `npm run dev`: see `program.ts`, which is loaded once loading is quick. These two files are JavaScript, so that
 * a start whose modules are compiled already need not load what strips types (18 MB).
 */
import { speedUpLoading } from "./speed-up-loading.js";

speedUpLoading();
await import("./start.ts");
