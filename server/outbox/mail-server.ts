/** An email as all mail servers send it; sends one over SMTP, and says what the answer means for the message. */
import { createTransport, type SendMailOptions } from "nodemailer";
import { isLoopbackName } from "../database/connection/address.ts";
import type { Sent } from "./channel.ts";

export type SmtpSettings = {
  /** `smtp://` (with STARTTLS, except on this machine) or `smtps://`; may hold user and password. */
  url: string;
  /** `Name <address>` or an address. */
  from: string;
};

export type Mail = {
  /** The same for each attempt, so that email apps recognize a repetition. */
  id: string;
  to: string;
  subject: string;
  html: string;
  text: string;
  /** The id of the email that this one replies to. */
  inReplyTo?: string;
  headers?: Record<string, string>;
};

/** Less than the 30 seconds for which a sender holds a message. */
export const maxMailDurationMs = 25_000;
const connectTimeoutMs = 6_000;
const stepTimeoutMs = 10_000;

export type MailServer = {
  send(mail: Mail): Promise<Sent>;
  stop(): void;
};

/** The email with its headers, for nodemailer. */
export function messageOf(mail: Mail, from: string): SendMailOptions {
  const { id, to, subject, html, text, inReplyTo, headers = {} } = mail;
  const domain = from
    .slice(from.lastIndexOf("@") + 1)
    .replace(">", "")
    .trim();
  const messageIdOf = (one: string) => `<${one}@${domain}>`;
  return {
    messageId: messageIdOf(id),
    from,
    to: { name: "", address: to },
    subject,
    html,
    text,
    ...(inReplyTo === undefined ? {} : { inReplyTo: messageIdOf(inReplyTo), references: messageIdOf(inReplyTo) }),
    // Asks machines not to answer (RFC 3834).
    headers: { "Auto-Submitted": "auto-generated", ...headers },
  };
}

export function createMailServer({ url, from }: SmtpSettings): MailServer {
  const { hostname } = new URL(url);
  const transport = createTransport({
    url,
    requireTLS: url.startsWith("smtp:") && !isLoopbackName(hostname),
    connectionTimeout: connectTimeoutMs,
    greetingTimeout: connectTimeoutMs,
    socketTimeout: stepTimeoutMs,
    dnsTimeout: connectTimeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send(mail): Promise<Sent> {
      const startedAt = performance.now();
      const result = await transport
        .sendMail({ ...messageOf(mail, from), signal: AbortSignal.timeout(maxMailDurationMs) })
        .then(
          () => accepted,
          (error: unknown) => refusalOf(error),
        );
      return { ...result, durationMs: Math.round(performance.now() - startedAt), request: null, answer: null };
    },
    stop: () => transport.close(),
  };
}

type Result = Omit<Sent, "durationMs" | "request" | "answer">;

const accepted: Result = {
  outcome: "delivered",
  status: 250,
  problem: null,
  retryAfterMs: null,
  isGone: false,
  isFinal: false,
};

const codeWords: Record<string, string> = {
  ECONNECTION: "The mail server cannot be reached.",
  ETIMEDOUT: "The mail server did not answer in time.",
  EABORT: "The mail server did not answer in time.",
  EDNS: "The name of the mail server cannot be resolved.",
  ESOCKET: "The connection to the mail server was interrupted.",
  ETLS: "The mail server does not offer encryption that Marketdesk accepts.",
  EREQUIRETLS: "The mail server does not offer encryption that Marketdesk accepts.",
  EAUTH: "The mail server rejected the user name or password. Check SMTP_URL.",
  ENOAUTH: "The mail server rejected the user name or password. Check SMTP_URL.",
};

/** Without the server's own text, which quotes the recipient's address. */
function refusalOf(error: unknown): Result {
  const { code, responseCode, response, command } = error as {
    code?: string;
    responseCode?: number;
    response?: string;
    command?: string;
  };
  const status = responseCode ?? null;
  const enhanced = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})/.exec(response ?? "")?.[1];
  const answer = status === null ? null : `SMTP ${[status, enhanced].filter(Boolean).join(" ")}`;
  // 5yz to RCPT TO: this recipient does not exist. 5yz to another command: the server refuses us, which can be repaired.
  const isRecipient = code === "EENVELOPE" && (command === "API" || (command === "RCPT TO" && (status ?? 0) >= 500));
  const words = isRecipient
    ? "The mail server refused the recipient's address."
    : (codeWords[code ?? ""] ?? "The mail server did not accept the email.");
  return {
    outcome: "failed",
    status,
    problem: answer === null ? words : `${words} (${answer})`,
    retryAfterMs: null,
    isGone: false,
    isFinal: isRecipient,
  };
}
