/** What `npm start` tells Node, so that what is tested and measured in processes of its own runs as the product does. */
import packageJson from "../../package.json" with { type: "json" };

export const startFlags: readonly string[] = packageJson.scripts.start
  .split(" ")
  .filter((word) => word.startsWith("--"));
