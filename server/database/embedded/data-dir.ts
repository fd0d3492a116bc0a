/** The folder of what an installation keeps outside of its database. */
import { access, constants } from "node:fs/promises";
import { createFolder } from "./create-folder.ts";

/** Creates DATA_DIR if it is missing. Throws a sentence if this process cannot write to it. */
export async function prepareDataDir(dataDir: string): Promise<void> {
  try {
    await createFolder(dataDir);
    await access(dataDir, constants.W_OK);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    throw new Error(
      `DATA_DIR is ${dataDir}, which cannot be written to (${code}). Set it to a folder that the account of this process can write to.`,
      { cause: error },
    );
  }
}
