/** Serves the dashboard: built files from memory, or through Vite in development. */
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { extname, join, relative, sep } from "node:path";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Context, Handler } from "hono";
import type { ViteDevServer } from "vite";
import { isDashboardPath } from "../../shared/places.ts";
import { projectFolder } from "../config/project-folder.ts";
import { acceptedEncodings } from "./accepted-encodings.ts";

/** `dir` is the output of `buildDashboard`. */
export type DashboardSource = { mode: "built"; dir: string } | { mode: "vite"; server: Promise<ViteDevServer> };

const noncePlaceholder = "__CSP_NONCE__";

/**
 * Handles all GET requests that no other route has taken: files, the page for any other path (with 404 for unknown
 * places), and 404 for missing files. Expects the request's nonce in the context as `nonce`.
 */
export function serveDashboard(source: DashboardSource): Handler {
  return source.mode === "built" ? serveBuilt(source.dir) : serveVite(source.server);
}

const types: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".ico": "image/x-icon",
  ".jpg": "image/jpeg",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".webmanifest": "application/manifest+json",
  ".webp": "image/webp",
  ".woff2": "font/woff2",
};

type Bytes = Uint8Array<ArrayBuffer>;
type StoredFile = { type: string; etag: string; plain: Bytes; br: Bytes | undefined; gzip: Bytes | undefined };

function readFolder(dir: string): Map<string, StoredFile> {
  const contents = new Map<string, Bytes>();
  for (const entry of readdirSync(dir, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    contents.set(`/${relative(dir, path).split(sep).join("/")}`, new Uint8Array(readFileSync(path)));
  }
  const files = new Map<string, StoredFile>();
  for (const [path, plain] of contents) {
    if (path.endsWith(".br") || path.endsWith(".gz")) continue;
    const type = types[extname(path)] ?? "application/octet-stream";
    const etag = `"${createHash("sha256").update(plain).digest("base64url").slice(0, 27)}"`;
    files.set(path, { type, etag, plain, br: contents.get(`${path}.br`), gzip: contents.get(`${path}.gz`) });
  }
  return files;
}

/** Identifies a build of the dashboard by its page, which contains the script's name, a hash of its code. */
export function buildIn(dir: string): string {
  return createHash("sha256")
    .update(readFileSync(join(dir, "index.html")))
    .digest("base64url")
    .slice(0, 12);
}

function serveBuilt(dir: string): Handler {
  const files = readFolder(dir);
  const page = new TextDecoder()
    .decode(files.get("/index.html")?.plain)
    .replace("<html", `<html data-build="${buildIn(dir)}"`);
  files.delete("/index.html");
  return (c) => {
    const file = files.get(c.req.path);
    if (file) return sendFile(c, file);
    return isFilePath(c.req.path) ? c.text("There is no such file.", 404) : sendPage(c, page);
  };
}

/**
 * Whether a missing file was requested. A subscription's id may contain a dot, so below the first folder only
 * hidden files and source maps count.
 */
function isFilePath(path: string): boolean {
  if (path.startsWith("/assets/") || path.endsWith(".map")) return true;
  const parts = path.split("/").slice(1);
  return parts.some((part) => /^(\.|%2e)/i.test(part)) || (parts.length === 1 && path.includes("."));
}

function sendFile(c: Context, file: StoredFile): Response {
  // Vite puts a content hash into the names of built files, but not of those in `web/public`.
  const isHashed = c.req.path.startsWith("/assets/");
  c.header("cache-control", isHashed ? "public, max-age=31536000, immutable" : "no-cache");
  c.header("etag", file.etag);
  c.header("vary", "accept-encoding");
  if (c.req.header("if-none-match") === file.etag) return c.body(null, 304);
  c.header("content-type", file.type);
  const accepted = acceptedEncodings(c.req.header("accept-encoding"));
  const encoding = (["br", "gzip"] as const).find((name) => file[name] && accepted.has(name));
  if (encoding) c.header("content-encoding", encoding);
  const bytes = (encoding && file[encoding]) || file.plain;
  c.header("content-length", String(bytes.length));
  return c.body(streamInPieces(bytes));
}

const pieceBytes = 64 * 1024;

/** All responses share the same bytes in pieces; a response made of the whole file would copy it. */
function streamInPieces(bytes: Bytes): ReadableStream<Bytes> {
  let sent = 0;
  return new ReadableStream(
    {
      pull(controller) {
        controller.enqueue(bytes.subarray(sent, sent + pieceBytes));
        sent += pieceBytes;
        if (sent >= bytes.length) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}

function sendPage(c: Context, page: string): Response {
  c.header("cache-control", "no-store");
  return c.html(page.replaceAll(noncePlaceholder, c.get("nonce")), isDashboardPath(c.req.path) ? 200 : 404);
}

/** Vite inside the app's own HTTP server, so that no second port is needed. */
export async function openVite(server: Server): Promise<ViteDevServer> {
  const { createServer } = await import("vite");
  return createServer({
    root: join(projectFolder, "web"),
    configFile: join(projectFolder, "vite.config.ts"),
    configLoader: "native",
    appType: "custom",
    server: { middlewareMode: true, hmr: { server } },
  });
}

function serveVite(opening: Promise<ViteDevServer>): Handler {
  return async (c) => {
    const vite = await opening;
    const { incoming, outgoing } = c.env as { incoming: IncomingMessage; outgoing: ServerResponse };
    const isAnswered = await new Promise<boolean>((resolve, reject) => {
      outgoing.once("close", () => resolve(true));
      vite.middlewares(incoming, outgoing, (error?: unknown) => (error ? reject(error) : resolve(false)));
    });
    if (isAnswered) return RESPONSE_ALREADY_SENT;
    const source = readFileSync(join(vite.config.root, "index.html"), "utf8");
    return sendPage(c, await vite.transformIndexHtml(c.req.path, source));
  };
}
