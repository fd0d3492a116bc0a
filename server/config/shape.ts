/** The settings as the app reads them. */
import type { Network } from "./network.ts";

export type EntraConfig = {
  /** `https://login.microsoftonline.com` or, on a loopback host, plain http. No trailing slash. */
  authority: string;
  tenantId: string;
  clientId: string;
  credential: { secret: string } | { certificateFile: string };
  /** The multitenant app for purchasers; without a secret it is the fulfillment app, with its credential. */
  landing: { clientId: string; clientSecret: string | null };
};

export type MailConfig =
  | { transport: "smtp"; url: string; from: string }
  /** Null: Microsoft's address, or the sandbox's if `entra` is null; a mailbox of the sandbox. */
  | { transport: "graph"; url: string | null; from: string | null };

export type Config = {
  isProduction: boolean;
  host: string;
  /** 0: any free port. */
  port: number;
  /** An origin without trailing slash. With port 0 and no PUBLIC_URL it contains port 0 until the app listens. */
  publicUrl: string;
  /** Proxies whose X-Forwarded-For is trusted. */
  trustedProxies: readonly Network[];
  /** Host names that are served in addition to the host of `publicUrl`. */
  allowedHosts: string[];
  /** Hosts that messages may be sent to although they are on this machine or a private network. */
  outgoingLocalHosts: string[];
  /** Null: `/metrics` is for this machine only. */
  metricsToken: string | null;
  /** Null: the embedded PostgreSQL. */
  databaseUrl: string | null;
  /** Absolute. */
  dataDir: string;
  /** Null: the sandbox replaces Entra. */
  entra: EntraConfig | null;
  /** Null: Microsoft's, or the sandbox's if `entra` is null. */
  marketplaceApiUrl: string | null;
  /** Absolute. Null: anchors of the audit trail are only logged. */
  recordAnchorFile: string | null;
  /** Null: no mail server is set. */
  mail: MailConfig | null;
  /** Null: generated into `dataDir`. */
  sessionSecret: string | null;
  sandboxPort: number;
  logLevel: string;
};
