/** PgBouncer between the app and PostgreSQL, as managed databases offer it on a separate port. */
import { spawn } from "node:child_process";
import { access, chown, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { processOptions } from "../../server/database/embedded/account.ts";
import { freePort } from "../support/ports.ts";
import type { Postgres } from "./controlled-postgres.ts";

export type PoolMode = "session" | "transaction";

const programs = [
  process.env["PGBOUNCER_PATH"] ?? "",
  "/usr/sbin/pgbouncer",
  "/usr/bin/pgbouncer",
  "/usr/local/bin/pgbouncer",
];

async function findProgram(): Promise<string | null> {
  for (const path of programs) {
    if (
      path !== "" &&
      (await access(path).then(
        () => true,
        () => false,
      ))
    )
      return path;
  }
  return null;
}

/** Why PgBouncer cannot run; null if it can. */
export async function missingPgBouncer(): Promise<string | null> {
  return (await findProgram()) ? null : "PgBouncer is not installed (apt-get install pgbouncer, or set PGBOUNCER_PATH)";
}

export async function startPgBouncer({ place: installation, port: target, dataDir }: Postgres, mode: PoolMode) {
  const program = await findProgram();
  if (!program) throw new Error("PgBouncer is not installed");
  const folder = await mkdtemp(join(dataDir, "pgbouncer-"));
  const port = await freePort();
  const users = join(folder, "users.txt");
  const config = join(folder, "pgbouncer.ini");
  await mkdir(join(folder, "run"));
  await writeFile(users, `"marketdesk" "${installation.password}"\n`);
  await writeFile(
    config,
    `[databases]
* = host=127.0.0.1 port=${target}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
pool_mode = ${mode}
default_pool_size = 90
max_client_conn = 400
`,
  );
  if (installation.account) {
    for (const path of [folder, users, config]) await chown(path, installation.account.uid, installation.account.gid);
  }
  const child = spawn(program, [config], { ...processOptions(installation.account), stdio: "ignore" });
  child.on("error", () => {});
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  for (let tries = 0; !(await isListening(port)); tries += 1) {
    if (child.exitCode !== null || tries > 200) throw new Error(`PgBouncer did not start (${child.exitCode})`);
    await sleep(25);
  }
  return {
    port,
    async close(): Promise<void> {
      child.kill("SIGKILL");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => (socket.destroy(), resolve(true)));
    socket.once("error", () => resolve(false));
  });
}
