/// <reference types="vite/types/importMeta.d.ts" />

declare module "*.css";

/** Each class is a separate export, so that the bundler drops the unused ones and needs no object of names. */
declare module "*.module.css" {
  const classes: Readonly<Record<string, string>>;
  export = classes;
}
