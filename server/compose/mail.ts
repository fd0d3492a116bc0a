/** The configured mail server: SMTP, Microsoft Graph, or the sandbox's. */
import type { Logger } from "pino";
import type { MailConfig } from "../config/shape.ts";
import { isLoopbackName } from "../database/connection/address.ts";
import { createAppToken } from "../marketplace/app-token.ts";
import { AppTokenError } from "../marketplace/errors.ts";
import { createGraphMailServer } from "../outbox/graph-mail.ts";
import { createMailServer, type MailServer } from "../outbox/mail-server.ts";
import type { AppMarketplace } from "./marketplace.ts";

const microsoftGraph = "https://graph.microsoft.com";

/** The sender of emails in the sandbox, whose inbox receives all of them. */
const sandboxSender = "Marketdesk <marketdesk@sandbox.example>";

type Deps = {
  microsoft: Pick<AppMarketplace, "entra" | "entraFetch">;
  sandbox: { smtpUrl: string; graphUrl: string } | null;
  now: () => Date;
  log: Logger;
};

/** Null without settings and sandbox: no emails are sent. */
export function openMailServer(mail: MailConfig | null, { microsoft, sandbox, now, log }: Deps): MailServer | null {
  if (mail === null) return sandbox && createMailServer({ url: sandbox.smtpUrl, from: sandboxSender });
  if (mail.transport === "smtp") return createMailServer(mail);
  const url = mail.url ?? sandbox?.graphUrl ?? microsoftGraph;
  const token = createAppToken(microsoft.entra, {
    now,
    log,
    entraFetch: microsoft.entraFetch,
    resource: { scope: `${audienceOf(url)}/.default`, name: "Microsoft Graph" },
  });
  return createGraphMailServer({
    url,
    from: mail.from ?? sandboxSender,
    forgetToken: token.forget,
    now,
    async readToken() {
      try {
        return { token: await token.get() };
      } catch (error) {
        if (!(error instanceof AppTokenError)) throw error;
        return { problem: error.message };
      }
    },
  });
}

/** Each national cloud has its own Graph resource. A loopback URL is the sandbox's Graph, which expects the audience of Microsoft's. */
function audienceOf(url: string): string {
  const { origin, hostname } = new URL(url);
  return isLoopbackName(hostname) ? microsoftGraph : origin;
}
