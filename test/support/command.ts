/** The commands of `server/` as people run them: bundled, as in a container, since each loads its sources five times as long. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "../../build/output.ts";
import { buildServer, type programs } from "../../build/server.ts";

/** @returns the exit code, and what the command printed; after a failure that includes its errors */
export async function runCommand(
  program: keyof typeof programs,
  args: string[],
  env: Record<string, string> = {},
): Promise<{ code: number; output: string }> {
  const file = join(await buildServer(() => {}), `${program}.js`);
  return promisify(execFile)(process.execPath, [file, ...args], { cwd: root, env: { ...process.env, ...env } }).then(
    ({ stdout }) => ({ code: 0, output: stdout }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      code: error.code,
      output: error.stdout + error.stderr,
    }),
  );
}
