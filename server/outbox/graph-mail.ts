/** Sends one email with Microsoft Graph, and says what the answer means for the message. */
import { createTransport } from "nodemailer";
import { z } from "zod";
import { addressOfSender } from "../../shared/email.ts";
import { readRetryAfter } from "../domain/message-retries.ts";
import { readBounded } from "../bounded-body.ts";
import type { Sent } from "./channel.ts";
import { type MailServer, maxMailDurationMs, messageOf } from "./mail-server.ts";

export type GraphMailSettings = {
  /** `https://graph.microsoft.com`, without a slash at its end. */
  url: string;
  /** The mailbox: `Name <address>` or an address. */
  from: string;
  /** The app's token for Graph, or why there is none. */
  readToken: () => Promise<{ token: string } | { problem: string }>;
  /** The next token is a new one. */
  forgetToken: () => void;
  now: () => Date;
};

/** Graph's errors are short. */
const maxAnswerBytes = 64 * 1024;

type Result = Omit<Sent, "durationMs" | "request" | "answer">;
type Answer = { status: number; code: string; retryAfter: string | null };

/**
 * With MIME content, so that an email has the same parts and headers as over SMTP.
 * Source: https://learn.microsoft.com/graph/api/user-sendmail
 */
export function createGraphMailServer(settings: GraphMailSettings): MailServer {
  const { url, from, readToken, forgetToken, now } = settings;
  const mailbox = addressOfSender(from) ?? from;
  const address = `${url}/v1.0/users/${encodeURIComponent(mailbox)}/sendMail`;
  const composer = createTransport({
    streamTransport: true,
    buffer: true,
    newline: "windows",
    disableFileAccess: true,
    disableUrlAccess: true,
  });

  async function post(token: string, body: string, signal: AbortSignal): Promise<Answer> {
    const response = await fetch(address, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "text/plain" },
      body,
      redirect: "error",
      signal,
    });
    const isAccepted = response.status === 202;
    // The body of an acceptance is not needed, and an error while reading it must not count as a failure.
    if (isAccepted) await response.body?.cancel().catch(() => {});
    const code = isAccepted ? "" : await readBounded(response, maxAnswerBytes).then(codeIn, () => "");
    return { status: response.status, code, retryAfter: response.headers.get("Retry-After") };
  }

  /** Posts again with a new token if Graph refuses the current one, which happens before an email is accepted. */
  async function postWithToken(body: string, signal: AbortSignal): Promise<Result> {
    for (let attempt = 1; ; attempt += 1) {
      const read = await readToken();
      if ("problem" in read) return failed({ problem: read.problem });
      const answer = await post(read.token, body, signal);
      // A permission that was granted in the meantime is only in a new token.
      if (answer.status === 401 || answer.status === 403) forgetToken();
      if (answer.status !== 401 || attempt === 2) return resultOf(answer, mailbox, now());
    }
  }

  return {
    async send(mail): Promise<Sent> {
      const startedAt = performance.now();
      const { message } = await composer.sendMail(messageOf(mail, from));
      const body = (message as Buffer).toString("base64");
      const result = await postWithToken(body, AbortSignal.timeout(maxMailDurationMs)).catch((error: unknown) => {
        const isTimeout = error instanceof Error && error.name === "TimeoutError";
        return failed({
          problem: isTimeout ? "Microsoft Graph did not answer in time." : "Microsoft Graph cannot be reached.",
        });
      });
      return { ...result, durationMs: Math.round(performance.now() - startedAt), request: null, answer: null };
    },
    stop: () => composer.close(),
  };
}

const errorBody = z.object({ error: z.object({ code: z.string().regex(/^\w{1,80}$/) }) });

/** Without Microsoft's own text, which can quote the recipient's address. */
function codeIn(body: Uint8Array): string {
  try {
    return errorBody.parse(JSON.parse(new TextDecoder().decode(body))).error.code;
  } catch {
    return "";
  }
}

const recipientCodes = ["ErrorInvalidRecipients", "ErrorInvalidSmtpAddress"];
const unknownCodes = ["ErrorInvalidUser", "Request_ResourceNotFound", "ResourceNotFound", "ErrorNonExistentMailbox"];

function resultOf({ status, code, retryAfter }: Answer, mailbox: string, at: Date): Result {
  if (status === 202) return { ...failed({ problem: "" }), outcome: "delivered", status, problem: null };
  const label = `(HTTP ${[status, code].filter(Boolean).join(" ")})`;
  const isFinal = recipientCodes.includes(code) || status === 413 || code === "ErrorMessageSizeExceeded";
  const isLater = status === 429 || status === 503 || status === 504;
  return failed({
    problem: `${wordsOf(status, code, mailbox)} ${label}`,
    status,
    isFinal,
    retryAfterMs: isLater ? readRetryAfter(retryAfter, at) : null,
  });
}

function wordsOf(status: number, code: string, mailbox: string): string {
  if (recipientCodes.includes(code)) return "Microsoft Graph refused the recipient's address.";
  if (code === "MailboxNotEnabledForRESTAPI")
    return `${mailbox} has no mailbox in Exchange Online. Set MAIL_FROM to a user or shared mailbox of your tenant.`;
  if (unknownCodes.includes(code))
    return `${mailbox} does not exist in your tenant. Set MAIL_FROM to a user or shared mailbox of your tenant.`;
  if (code === "ErrorSendAsDenied")
    return `The app is not allowed to send as ${mailbox}. Set MAIL_FROM to the mailbox's own address.`;
  switch (status) {
    case 401:
      return "Microsoft Graph refused the app's token. Check the ENTRA settings.";
    case 403:
      return `The app is not allowed to send emails from ${mailbox}. In Entra, give the fulfillment app the application permission Mail.Send with admin consent, and check that no access policy of Exchange excludes the mailbox.`;
    case 413:
      return "The email is too large for Microsoft Graph.";
    case 429:
      return "Microsoft Graph is temporarily not accepting emails.";
    default:
      return "Microsoft Graph did not accept the email.";
  }
}

function failed(facts: { problem: string } & Partial<Result>): Result {
  return { outcome: "failed", status: null, retryAfterMs: null, isGone: false, isFinal: false, ...facts };
}
