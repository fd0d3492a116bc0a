/** A mail server on this machine: accepts emails to any address and puts them into the inbox. */
import type { AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerDataStream } from "smtp-server";
import type { Inbox, ReceivedMail } from "./inbox.ts";
import { readMail } from "./read-mail.ts";

const maxMailBytes = 1024 * 1024;

export type MailServer = { url: string; stop(): Promise<void> };

/** Listens on a free port of this machine. */
export async function startMailServer(inbox: Inbox, log: (line: string) => void): Promise<MailServer> {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["AUTH", "STARTTLS"],
    disableReverseLookup: true,
    size: maxMailBytes,
    logger: false,
    onConnect(_session, callback) {
      callback(inbox.mode() === "down" ? refusal(421, "4.3.2 Not available") : null);
    },
    onRcptTo({ address }, _session, callback) {
      if (inbox.mode() === "defer") callback(refusal(451, "4.3.0 Try again later"));
      else if (inbox.mode() === "reject" || inbox.mode() === "gone") {
        callback(refusal(550, `5.1.1 <${address}> does not exist`));
      } else callback();
    },
    onData(stream, session, callback) {
      const recipients = session.envelope.rcptTo.map(({ address }) => address);
      receive(stream).then(
        (mail) => {
          if (mail === null) return callback(refusal(552, "5.3.4 The email is too large"));
          inbox.add({ ...mail, to: recipients.join(", ") });
          callback();
        },
        (error: Error) => callback(error),
      );
    },
  });
  server.on("error", (error) => log(`The sandbox's mail server: ${error.message}`));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve());
  });
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Null if the email is too large. */
async function receive(stream: SMTPServerDataStream): Promise<Omit<ReceivedMail, "to"> | null> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  if (stream.sizeExceeded) return null;
  return (await readMail(Buffer.concat(chunks))).mail;
}

function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}
