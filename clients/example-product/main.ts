/** `node clients/example-product/main.ts`: the example product as a program. README.md lists its settings. */
import { ExampleProduct } from "./product.ts";

const { MARKETDESK_URL, MARKETDESK_KEY, MARKETDESK_WEBHOOK_SECRET = "", PRODUCT_PORT = "4000" } = process.env;
if (!MARKETDESK_URL || !MARKETDESK_KEY) {
  process.stderr.write("Set MARKETDESK_URL and MARKETDESK_KEY, for example http://localhost:3000 and md_….\n");
  process.exit(1);
}
const product = new ExampleProduct({
  url: MARKETDESK_URL,
  key: MARKETDESK_KEY,
  webhookSecrets: MARKETDESK_WEBHOOK_SECRET.split(/[\s,]+/).filter(Boolean),
  port: Number(PRODUCT_PORT),
});
const { url, stop } = await product.start();
process.stdout.write(`The example product listens on ${url}; its webhook is ${url}/webhooks.\n`);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void stop());
