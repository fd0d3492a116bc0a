/** Standard output for the log. If its disk is full or its reader has ended, lines are lost and the app continues. */
import { pino } from "pino";

/** Lines that wait until they can be written. More are dropped. */
const maxWaitingBytes = 1024 * 1024;

export function openLogOutput(fd: number = process.stdout.fd) {
  // Synchronous, so that the last lines before the exit are not lost.
  const output = pino.destination({ fd, sync: true, maxLength: maxWaitingBytes });
  output.on("error", ignore);
  return output;
}

/** The process writes a few lines without the log. An error without a listener would end it. */
export function surviveLostOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", ignore);
}

function ignore(): void {}
