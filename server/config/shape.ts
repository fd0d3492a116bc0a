/** What the settings come to once they are read. */
import type { Network } from "./network.ts";

export type EntraConfig = {
  /** `https://login.microsoftonline.com` or, on a loopback host, plain http. No trailing slash. */
  authority: string;
  tenantId: string;
  clientId: string;
  credential: { secret: string } | { certificateFile: string };
  /** The multitenant app that purchasers sign in to; without a secret it is the fulfillment app, with its credential. */
  landing: { clientId: string; clientSecret: string | null };
};

export type Config = {
  isProduction: boolean;
  host: string;
  /** 0: any free port. */
  port: number;
  /** An origin, no trailing slash. With port 0 and no PUBLIC_URL it still names port 0: known only once the app listens. */
  publicUrl: string;
  /** Proxies whose X-Forwarded-For is believed. */
  trustedProxies: readonly Network[];
  /** Host names that are served beside that of `publicUrl`. */
  allowedHosts: string[];
  /** Null: `/metrics` is for this machine alone. */
  metricsToken: string | null;
  /** Null: the embedded PostgreSQL. */
  databaseUrl: string | null;
  /** Absolute. */
  dataDir: string;
  /** Null: the sandbox plays Entra. */
  entra: EntraConfig | null;
  /** Null: Microsoft's, or the sandbox's when `entra` is null. */
  marketplaceApiUrl: string | null;
  /** Absolute. Null: the log alone keeps anchors of the record. */
  recordAnchorFile: string | null;
  /** Null: generated into `dataDir`. */
  sessionSecret: string | null;
  sandboxPort: number;
  logLevel: string;
};
