/** Creates a folder and the missing ones above it. */
import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Like `mkdir` with `recursive`, which never ends below a folder such as /proc: creating one there fails with ENOENT, after
 * which Node creates the folder above it, again and again. Here each folder is tried twice at most.
 *
 * @param mode of the folder itself; those above it have the usual one
 */
export async function createFolder(path: string, mode?: number): Promise<void> {
  if (await createOne(path, mode)) return;
  const parent = dirname(path);
  if (parent !== path) await createFolder(parent);
  if (!(await createOne(path, mode))) throw Object.assign(new Error(`cannot create ${path}`), { code: "ENOENT" });
}

/** False: the folder above it is missing, or no folder can be created in it. */
async function createOne(path: string, mode: number | undefined): Promise<boolean> {
  try {
    await mkdir(path, { mode });
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST" && (await isFolder(path))) return true;
    if (code === "ENOENT") return false;
    throw error;
  }
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path)).isDirectory();
}
