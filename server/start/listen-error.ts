/** What the system says about an address that cannot be listened on, in words. */
type Listening = { port: number; sandboxPort: number; host: string };

/** Turns a listen error of the system into a sentence that names the setting. */
export function explainListenError(error: unknown, { port, sandboxPort, host }: Listening): unknown {
  const { code, port: wanted } = error as NodeJS.ErrnoException & { port?: number };
  const name = wanted === sandboxPort && wanted !== port ? "SANDBOX_PORT" : "PORT";
  switch (code) {
    case "EADDRINUSE":
      return new Error(
        `Port ${wanted} is used by another program: set ${name} to another port, or to 0 for any free port.`,
      );
    case "EACCES":
      return wanted === undefined
        ? error
        : new Error(`Port ${wanted} requires special permissions: set ${name} to a port above 1023.`);
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return wanted === undefined && code === "EADDRNOTAVAIL"
        ? error
        : new Error(
            `This machine does not have the address ${host}: set HOST to one of its addresses, such as 127.0.0.1 or 0.0.0.0.`,
          );
    default:
      return error;
  }
}
