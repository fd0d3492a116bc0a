/** The flags of Node that `npm start` uses, so that processes in tests and benches run like the product. */
import packageJson from "../../package.json" with { type: "json" };

export const startFlags: readonly string[] = packageJson.scripts.start
  .split(" ")
  .filter((word) => word.startsWith("--"));
