/** All settings as data: name, default, meaning and validation. `npm run docs` generates the documentation from it. */
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { resolve } from "node:path";
import ipaddr from "ipaddr.js";
import { z } from "zod";
import { addressOfSender } from "../shared/email.ts";
import { parseNetwork } from "./config/network.ts";
import { DatabaseAddressError, readDatabaseAddress } from "./database/connection/address.ts";
import { setting, portNumber, address, guid, secret, isLoopback } from "./config/setting-schemas.ts";

export const settings = {
  PORT: setting({
    default: "3000",
    meaning: "The port that the app listens on; 0 chooses any free port.",
    schema: portNumber,
  }),
  HOST: setting({
    default: "127.0.0.1",
    meaning:
      "The address that the app listens on; `0.0.0.0` for all networks of the machine, which requires `NODE_ENV=production`.",
    schema: z
      .string()
      .refine(
        (host) => /^[\w.-]+$/.test(host) || isIP(host) !== 0,
        "must be a host name or an IP address without a port",
      ),
  }),
  PUBLIC_URL: setting({
    default: null,
    defaultInWords: "`http://localhost:$PORT`",
    meaning:
      "The address at which browsers and Microsoft reach the app, without a path. Outside of this machine it must use https and requires `NODE_ENV=production`.",
    schema: address({ allowsPath: false, allowsHttp: () => true }),
  }),
  TRUSTED_PROXY: setting({
    default: null,
    defaultInWords: "none",
    meaning:
      "The addresses or networks of your proxies, separated by commas, such as `10.0.0.0/8, 192.0.2.7`. Rate limits by client address use the `X-Forwarded-For` header from these proxies; from anyone else it is ignored.",
    schema: z.string().transform((text, context) => {
      const names = text.split(",").map((name) => name.trim());
      const refuse = (message: string) => {
        context.addIssue({ code: "custom", message });
        return z.NEVER;
      };
      try {
        const networks = names.map(parseNetwork);
        return networks.some(([, bits]) => bits === 0)
          ? refuse("must not name all addresses, because then anyone could forge theirs: name those of your proxies")
          : networks;
      } catch {
        return refuse("must list IP addresses or networks separated by commas, such as 10.0.0.0/8, 192.0.2.7");
      }
    }),
  }),
  ALLOWED_HOSTS: setting({
    default: "",
    defaultInWords: "none",
    meaning:
      "Additional host names under which a proxy reaches the app, separated by commas. Always served: the host of `PUBLIC_URL`, `localhost`, IP addresses and, unless `PUBLIC_URL` is a loopback address, names without a dot. Other names get 421; the webhook, `/healthz` and `/readyz` ignore the name.",
    schema: z.string().transform((text, context) => {
      const names = text
        .toLowerCase()
        .split(",")
        .map((name) => name.trim());
      const given = names.filter((name) => name !== "");
      const wrong = given.find((name) => !/^[\w-]+(\.[\w-]+)*$/.test(name));
      if (wrong === undefined) return given;
      context.addIssue({ code: "custom", message: "must be host names without ports, separated by commas" });
      return z.NEVER;
    }),
  }),
  OUTGOING_LOCAL_HOSTS: setting({
    default: null,
    defaultInWords: "`localhost, 127.0.0.1, [::1]` with the sandbox, otherwise none",
    meaning:
      "Hosts on this machine or a private network that messages may be sent to, also over plain http, separated by commas. All other endpoints must have public addresses and use https. Addresses of metadata services are always refused.",
    schema: z.string().transform((text, context) => {
      const names = text
        .toLowerCase()
        .split(",")
        .map((name) => name.trim().replace(/^\[(.*)\]$/, "$1"))
        .filter((name) => name !== "");
      const wrong = names.find((name) => !/^[\w-]+(\.[\w-]+)*$/.test(name) && !ipaddr.isValid(name));
      if (wrong === undefined) return names;
      context.addIssue({
        code: "custom",
        message: "must be host names or IP addresses without ports, separated by commas",
      });
      return z.NEVER;
    }),
  }),
  METRICS_TOKEN: setting({
    default: null,
    defaultInWords: "none",
    meaning:
      "Prometheus sends it to `/metrics` as `Authorization: Bearer …`. Without it, `/metrics` is only available on this machine: from loopback, with `PUBLIC_URL` on a loopback host and not in production.",
    isSecret: true,
    schema: z.string().regex(/^[!-~]{16,}$/, "must have at least 16 characters and no spaces"),
  }),
  DATABASE_URL: setting({
    default: null,
    defaultInWords: "none: an embedded PostgreSQL 18",
    meaning:
      "PostgreSQL 15 or newer; required with `NODE_ENV=production`. A server on another machine is reached over TLS with certificate verification (`sslmode=verify-full`); `sslrootcert=FILE` names a private certificate authority, and `sslmode=disable` turns TLS off.",
    isSecret: true,
    schema: z.string().transform((text, context) => {
      try {
        readDatabaseAddress(text);
        return text;
      } catch (error) {
        if (!(error instanceof DatabaseAddressError)) throw error;
        context.addIssue({ code: "custom", message: error.message });
        return z.NEVER;
      }
    }),
  }),
  DATABASE_ALLOW_UNENCRYPTED: setting({
    default: "false",
    meaning:
      "`true` allows `sslmode=disable` for a database on another machine with `NODE_ENV=production`. Password and data then cross that network unencrypted, so it must be private.",
    schema: z.enum(["true", "false"], "must be true or false").transform((text) => text === "true"),
  }),
  DATA_DIR: setting({
    default: ".data",
    meaning: "The folder of the embedded database and of generated secrets.",
    schema: z.string().transform((path) => resolve(path)),
  }),
  RECORD_ANCHOR_FILE: setting({
    default: null,
    defaultInWords: "none: anchors are logged",
    meaning:
      "A file for daily anchors of the audit trail, on storage that the database's owner cannot write to. The audit trail is compared with the last anchor every day.",
    schema: z.string().transform((path) => resolve(path)),
  }),
  ENTRA_TENANT_ID: setting({
    default: null,
    defaultInWords: "none: the sandbox",
    meaning: "The ID of the publisher's Entra tenant. The Entra settings are required with `NODE_ENV=production`.",
    schema: guid,
  }),
  ENTRA_CLIENT_ID: setting({
    default: null,
    defaultInWords: "none: the sandbox",
    meaning: "The ID of the fulfillment app, which calls the Marketplace, signs in staff, and receives webhook tokens.",
    schema: guid,
  }),
  ENTRA_CLIENT_SECRET: setting({
    default: null,
    defaultInWords: "none: the sandbox",
    meaning: "The fulfillment app's secret; alternatively, set its certificate.",
    isSecret: true,
    schema: secret,
  }),
  ENTRA_CLIENT_CERTIFICATE_FILE: setting({
    default: null,
    defaultInWords: "none",
    meaning: "A PEM file with the fulfillment app's certificate and private key, instead of a secret.",
    schema: z.string().transform((path, context) => {
      const absolute = resolve(path);
      try {
        const pem = readFileSync(absolute, "utf8");
        if (pem.includes("-----BEGIN CERTIFICATE-----") && pem.includes("PRIVATE KEY-----")) return absolute;
        context.addIssue({
          code: "custom",
          message: "must name a PEM file with both a certificate and its private key",
        });
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code ?? "unreadable";
        context.addIssue({ code: "custom", message: `must name a readable file (${code})` });
      }
      return z.NEVER;
    }),
  }),
  ENTRA_LANDING_CLIENT_ID: setting({
    default: null,
    defaultInWords: "the same app",
    meaning: "The ID of the multitenant app with which purchasers sign in to the landing page.",
    schema: guid,
  }),
  ENTRA_LANDING_CLIENT_SECRET: setting({
    default: null,
    defaultInWords: "the same app",
    meaning: "The landing page app's secret.",
    isSecret: true,
    schema: secret,
  }),
  ENTRA_AUTHORITY: setting({
    default: null,
    defaultInWords: "`https://login.microsoftonline.com`",
    meaning: "The address of Microsoft Entra; plain http only for a loopback host.",
    schema: address({ allowsPath: false, allowsHttp: isLoopback }),
  }),
  MARKETPLACE_API_URL: setting({
    default: null,
    defaultInWords: "`https://marketplaceapi.microsoft.com/api`",
    meaning:
      "The address of the Marketplace API; plain http only for a loopback host. Without Entra settings, sign-in still uses the sandbox.",
    schema: address({ allowsPath: true, allowsHttp: isLoopback }),
  }),
  MAIL_TRANSPORT: setting({
    default: "smtp",
    meaning:
      "How emails are sent: `smtp` with `SMTP_URL`, or `graph` with Microsoft Graph. For `graph`, the fulfillment app needs the application permission `Mail.Send` with admin consent, and `MAIL_FROM` must be a mailbox of its tenant, which keeps the emails under *Sent items*.",
    schema: z.enum(["smtp", "graph"], "must be smtp or graph"),
  }),
  GRAPH_URL: setting({
    default: null,
    defaultInWords: "`https://graph.microsoft.com`",
    meaning:
      "The address of Microsoft Graph, for national clouds such as `https://graph.microsoft.us`; plain http only for a loopback host.",
    schema: address({ allowsPath: true, allowsHttp: isLoopback }),
  }),
  SMTP_URL: setting({
    default: null,
    defaultInWords: "none: emails go to the sandbox's inbox, and without the sandbox no emails are sent",
    meaning:
      "The mail server, such as `smtp://user:password@mail.example.com:587` (encrypted with STARTTLS) or `smtps://…`. Unencrypted only on this machine.",
    isSecret: true,
    schema: z.string().transform((text, context) => {
      const url = URL.parse(text);
      if (url && /^smtps?:$/.test(url.protocol) && url.hostname !== "" && url.search === "") return text;
      context.addIssue({ code: "custom", message: "must be an address that starts with smtp:// or smtps://" });
      return z.NEVER;
    }),
  }),
  MAIL_FROM: setting({
    default: null,
    defaultInWords: "none",
    meaning:
      "The sender of all emails, such as `Contoso Subscriptions <subscriptions@contoso.com>`; required with `SMTP_URL`, and with `MAIL_TRANSPORT=graph` outside of the sandbox. SPF and DKIM of its domain must allow the mail server.",
    schema: z
      .string()
      .refine((text) => addressOfSender(text) !== null, "must be an address, or a name followed by <address>"),
  }),
  SESSION_SECRET: setting({
    default: null,
    defaultInWords: "generated into `DATA_DIR`",
    meaning:
      "At least 32 random characters to encrypt cookies and secrets in the database, the same on all instances; required with `NODE_ENV=production`. An instance whose secret differs from that of the running instances does not start. To change it, stop all instances first; the audit trail then lists what has to be set up again.",
    isSecret: true,
    schema: z.string().min(32, "must have at least 32 characters; create one with `openssl rand -base64 48`"),
  }),
  SANDBOX_PORT: setting({
    default: "3900",
    meaning:
      "The port of the sandbox, which replaces Microsoft while there are no Entra settings; 0 chooses any free port.",
    schema: portNumber,
  }),
  LOG_LEVEL: setting({
    default: "info",
    meaning: "`fatal`, `error`, `warn`, `info`, `debug`, `trace` or `silent`.",
    schema: z.enum(
      ["fatal", "error", "warn", "info", "debug", "trace", "silent"],
      "must be fatal, error, warn, info, debug, trace or silent",
    ),
  }),
  NODE_ENV: setting({
    default: null,
    defaultInWords: "none",
    meaning:
      "`production`, `development` or `test`. Only `production` may be reachable from other machines. It requires `DATABASE_URL`, `SESSION_SECRET` and the Entra settings, and never uses the embedded database or the sandbox.",
    schema: z.enum(["production", "development", "test"], "must be production, development, test or unset"),
  }),
};

export type SettingName = keyof typeof settings;
